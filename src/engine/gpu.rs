//! Burn on a GPU, by one Cargo feature for each kind of driver; what a program was not built with, it names.
//!
//! Which of several GPUs it is, the drivers' own variables say: `CUDA_VISIBLE_DEVICES`, `ROCR_VISIBLE_DEVICES` and
//! `CUBECL_WGPU_DEFAULT_DEVICE`.

use crate::num::Precision;
use burn::tensor::{DType, Device};
use std::sync::OnceLock;

/// What a GPU is driven by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Driver {
    /// NVIDIA's.
    Cuda,
    /// AMD's.
    Rocm,
    /// The system's: Vulkan, Metal or DirectX 12.
    Wgpu,
}

impl Driver {
    /// The engine that computes by it.
    #[must_use]
    pub const fn engine(self) -> &'static str {
        match self {
            Self::Cuda => "burn-cuda",
            Self::Rocm => "burn-rocm",
            Self::Wgpu => "burn-wgpu",
        }
    }

    /// The Cargo feature that builds it in.
    #[must_use]
    pub const fn feature(self) -> &'static str {
        match self {
            Self::Cuda => "cuda",
            Self::Rocm => "rocm",
            Self::Wgpu => "wgpu",
        }
    }

    /// Whether this program was built with it.
    #[must_use]
    pub const fn is_built_in(self) -> bool {
        match self {
            Self::Cuda => cfg!(feature = "cuda"),
            Self::Rocm => cfg!(feature = "rocm"),
            Self::Wgpu => cfg!(feature = "wgpu"),
        }
    }

    /// Which GPUs it drives.
    #[must_use]
    pub const fn gpus(self) -> &'static str {
        match self {
            Self::Cuda => "an NVIDIA GPU by CUDA",
            Self::Rocm => "an AMD GPU by ROCm",
            Self::Wgpu => "a GPU by Vulkan, Metal or DirectX 12",
        }
    }

    /// Whether its numbers in f64 are right. WGSL, the language of wgpu's kernels, has no f64; where a driver takes it
    /// nevertheless, as Mesa's does, functions such as tanh are off by whole terms (docs/decisions/0027-gpu.md).
    const fn has_f64(self) -> bool {
        match self {
            Self::Cuda | Self::Rocm => true,
            Self::Wgpu => false,
        }
    }

    /// The command that lists the GPUs that it finds.
    const fn lists_them(self) -> &'static str {
        match self {
            Self::Cuda => "nvidia-smi",
            Self::Rocm => "rocminfo",
            Self::Wgpu => "vulkaninfo --summary",
        }
    }
}

/// Why an engine has no GPU to compute on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoGpu {
    /// The program was built without it.
    #[error(
        "this program was built without the engine `{}`; build one with it by `cargo install burnmark --locked --features {}`, or choose \
         another engine",
        .0.engine(), .0.feature()
    )]
    NotBuilt(Driver),
    /// The driver is missing, or there is no GPU.
    #[error(
        "the engine `{}` computes on {}, and there is none here; `{}` should list one",
        .0.engine(), .0.gpus(), .0.lists_them()
    )]
    NotFound(Driver),
    /// The driver lists a GPU and fails to open it.
    #[error("the engine `{}` cannot open its GPU, which `{}` lists: {why}", driver.engine(), driver.lists_them())]
    NotOpened { driver: Driver, why: String },
    /// The GPU does not compute in this precision.
    #[error(
        "the engine `{}` on `{gpu}` does not compute in {}; set `precision = \"f32\"`, or choose another engine",
        driver.engine(), precision.name()
    )]
    Precision { driver: Driver, gpu: String, precision: Precision },
}

/// A GPU that was opened.
#[derive(Clone, Debug)]
pub struct Gpu {
    pub(super) device: Device,
    /// As its driver calls it.
    pub name: String,
}

impl Gpu {
    /// The GPU that a driver offers first, once it computes in this precision. It is opened once and stays open.
    ///
    /// # Errors
    /// Where the program was built without it, there is no GPU, or it lacks the precision.
    pub fn open(driver: Driver, precision: Precision) -> Result<Self, NoGpu> {
        static OPENED: [OnceLock<Result<Gpu, NoGpu>>; 3] = [const { OnceLock::new() }; 3];
        let gpu = OPENED[driver as usize].get_or_init(|| find(driver)).clone()?;
        let computes = match precision {
            Precision::F32 => gpu.device.supports_dtype(DType::F32),
            Precision::F64 => driver.has_f64() && gpu.device.supports_dtype(DType::F64),
        };
        if computes { Ok(gpu) } else { Err(NoGpu::Precision { driver, gpu: gpu.name, precision }) }
    }
}

fn find(driver: Driver) -> Result<Gpu, NoGpu> {
    match driver {
        #[cfg(feature = "cuda")]
        Driver::Cuda => built_in::open(driver, burn::tensor::DeviceType::Cuda, || Device::cuda(0)),
        #[cfg(feature = "rocm")]
        Driver::Rocm => built_in::open(driver, burn::tensor::DeviceType::Rocm, || Device::rocm(0)),
        #[cfg(feature = "wgpu")]
        Driver::Wgpu => built_in::open(driver, burn::tensor::DeviceType::Wgpu, || {
            Device::wgpu(burn::tensor::DeviceKind::DefaultDevice)
        }),
        #[allow(unreachable_patterns)] // where all are built in
        _ => Err(NoGpu::NotBuilt(driver)),
    }
}

#[cfg(any(feature = "cuda", feature = "rocm", feature = "wgpu"))]
mod built_in {
    use super::{Driver, Gpu, NoGpu};
    use burn::tensor::{Device, DeviceType};
    use std::panic::{self, AssertUnwindSafe};
    use std::sync::{Arc, Mutex, PoisonError};

    /// Burn opens a device at its first use, in a thread of its own that panics where that fails; so it is asked for a list
    /// before, and opened here, where a panic is an error with its first words.
    pub fn open(driver: Driver, kind: DeviceType, device: fn() -> Device) -> Result<Gpu, NoGpu> {
        let said = Arc::new(Mutex::new(None));
        let (before, saying) = (panic::take_hook(), Arc::clone(&said));
        panic::set_hook(Box::new(move |info| {
            let text = info.payload_as_str().unwrap_or("no reason").chars().take(MOST_SAID).collect::<String>();
            saying.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(text);
        }));
        let opened = panic::catch_unwind(AssertUnwindSafe(|| {
            let none = Device::enumerate(kind).into_vec().is_empty();
            if none { Err(NoGpu::NotFound(driver)) } else { Ok((device(), device().identity())) }
        }));
        panic::set_hook(before);
        let not_opened = || {
            let said = said.lock().unwrap_or_else(PoisonError::into_inner).take();
            NoGpu::NotOpened { driver, why: said.unwrap_or_else(|| "no reason".to_owned()) }
        };
        let (device, identity) = opened.unwrap_or_else(|_| Err(not_opened()))?;
        let name = identity.ok_or_else(not_opened)?.name;
        Ok(Gpu { device, name })
    }

    /// The most letters of a driver's reason.
    const MOST_SAID: usize = 200;
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is not built in says how to build it in, and nothing is opened.
    #[test]
    fn what_is_not_built_in_says_how_to_build_it() {
        for driver in [Driver::Cuda, Driver::Rocm, Driver::Wgpu].into_iter().filter(|driver| !driver.is_built_in()) {
            let why = Gpu::open(driver, Precision::F32).unwrap_err();
            assert_eq!(why, NoGpu::NotBuilt(driver));
            assert!(why.to_string().contains(&format!("--features {}", driver.feature())), "{why}");
        }
    }

    /// WGSL has no f64.
    #[cfg(feature = "wgpu")]
    #[test]
    fn wgpu_does_not_compute_in_f64() {
        match Gpu::open(Driver::Wgpu, Precision::F64) {
            Err(NoGpu::Precision { driver: Driver::Wgpu, .. } | NoGpu::NotFound(Driver::Wgpu)) => {}
            other => panic!("{other:?}"),
        }
    }
}
