package dev.tarn.sim.report;

import java.util.List;

/**
 * Rows of values under named columns; the first column names the row.
 *
 * @param title what is listed
 * @param caption what to read off it
 * @param columns left to right
 * @param rows each with one cell per column
 */
public record Table(String title, String caption, List<Column> columns, List<List<Cell>> rows) implements Section {
    /** Checks that every row has one cell per column. */
    public Table {
        Checks.named(title, "a table");
        columns = List.copyOf(columns);
        rows = rows.stream().map(List::copyOf).toList();
        Checks.notEmpty(columns, "columns", "table", title);
        for (var row = 0; row < rows.size(); row++) {
            Checks.sameLength(rows.get(row).size(), "cells in row " + row, columns.size(), "columns", title);
        }
    }
}
