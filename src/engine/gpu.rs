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
    #[error("the engine `{}` cannot open its GPU; see what `{}` says of it", .0.engine(), .0.lists_them())]
    NotOpened(Driver),
    /// The GPU does not compute in these numbers.
    #[error(
        "the engine `{}` computes here on `{gpu}`, which has no {}; set `precision = \"f32\"`, or choose another engine",
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
        let numbers = match precision {
            Precision::F32 => DType::F32,
            Precision::F64 => DType::F64,
        };
        if gpu.device.supports_dtype(numbers) {
            Ok(gpu)
        } else {
            Err(NoGpu::Precision { driver, gpu: gpu.name, precision })
        }
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
    use crate::guard::guarded;
    use burn::tensor::{Device, DeviceType};

    /// Burn opens a device at its first use, and panics where that fails; so it is asked for a list before, and opened here.
    pub fn open(driver: Driver, kind: DeviceType, device: fn() -> Device) -> Result<Gpu, NoGpu> {
        let opened = guarded(|| {
            let none = Device::enumerate(kind).into_vec().is_empty();
            if none { Err(NoGpu::NotFound(driver)) } else { Ok((device(), device().identity())) }
        });
        let (device, identity) = opened.unwrap_or(Err(NoGpu::NotOpened(driver)))?;
        let name = identity.ok_or(NoGpu::NotOpened(driver))?.name;
        Ok(Gpu { device, name })
    }
}
