# The tables in R, by the CSV export, with nothing but R itself.
#
# Rscript tables.R CSV-FOLDER
#
# Where the package nanoparquet or arrow is there, `nanoparquet::read_parquet("results/x/runs.parquet")` or
# `arrow::read_parquet(…)` gives the same tables without an export.

csv <- commandArgs(trailingOnly = TRUE)[1]
read <- function(name) read.csv(file.path(csv, paste0(name, ".csv")), check.names = FALSE)
runs <- read("runs")
curves <- read("curves")

done <- runs[runs$outcome == "done", ]
best <- aggregate(done$best_test_metric, list(optimizer = done[["optimizer.kind"]]), max)
stopifnot(identical(best$optimizer, c("adam", "gradient-descent")), all(best$x >= 0 & best$x <= 1))

curve <- merge(curves, runs[c("run", "optimizer.kind", "optimizer.lr")], by = "run")
mean_loss <- aggregate(validation_loss ~ epoch + optimizer.lr, curve[curve[["optimizer.kind"]] == "adam", ], mean)
stopifnot(nrow(mean_loss) == 10) # 2 rates, epochs 0 to 4
stopifnot(sum(is.na(runs$final_test_metric)) == 2) # the diverged ones
cat("R reads", nrow(runs), "runs and", nrow(curves), "points of curves\n")
