# Reads views with R: DBI, RPostgreSQL and dbplyr. Arguments: host, port, database,
# user, schema, folder. Each line of the standard input is the name of a view; the
# rows go to the file of that name, cells with US (1f) between them, each row with
# RS (1e) at its end, NULL as \N. Numbers have 17 digits.
suppressPackageStartupMessages({ library(DBI); library(RPostgreSQL); library(dplyr); library(dbplyr) })
arguments <- commandArgs(trailingOnly = TRUE)
connection <- dbConnect(PostgreSQL(), host = arguments[1], port = as.integer(arguments[2]), dbname = arguments[3], user = arguments[4])
schema <- arguments[5]
cat(sprintf("%s, RPostgreSQL %s, dbplyr %s\n", R.version.string, packageVersion("RPostgreSQL"), packageVersion("dbplyr")))

cells <- function(column) {
	text <- if (inherits(column, "POSIXct")) {
		micros <- round(as.numeric(column) * 1e6)
		paste0(format(as.POSIXct(micros %/% 1e6, origin = "1970-01-01", tz = "UTC"), "%Y-%m-%d %H:%M:%S", tz = "UTC"), sprintf(".%06.0f", micros %% 1e6))
	} else if (inherits(column, "Date")) format(column, "%Y-%m-%d")
	else if (is.logical(column)) ifelse(column, "t", "f")
	else if (is.numeric(column)) sprintf("%.17g", column)
	else if (is.character(column)) enc2utf8(column)
	else stop("a column of class ", class(column))
	ifelse(is.na(column), "\\N", text)
}

for (view in readLines(file("stdin", encoding = "UTF-8"))) {
	rows <- collect(tbl(connection, in_schema(schema, view)))
	lines <- if (nrow(rows) > 0) do.call(paste, c(lapply(rows, cells), sep = "\x1f")) else character()
	out <- file(file.path(arguments[6], view), open = "wb")
	writeLines(lines, out, sep = "\x1e", useBytes = TRUE)
	close(out)
}

# What a person asks: the question is put together here and answered there.
best <- tbl(connection, in_schema(schema, "standing")) %>% filter(!is.na(score)) %>% group_by(period_id, group_code) %>%
	summarise(n = n(), best = max(score, na.rm = TRUE), .groups = "drop") %>% arrange(period_id, group_code) %>% collect()
out <- file(file.path(arguments[6], "question"), open = "wb")
writeLines(do.call(paste, c(lapply(best, cells), sep = "\x1f")), out, sep = "\x1e", useBytes = TRUE)
close(out)
invisible(dbDisconnect(connection))
