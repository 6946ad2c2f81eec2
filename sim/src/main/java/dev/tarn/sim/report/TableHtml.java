package dev.tarn.sim.report;

import java.util.List;
import java.util.Objects;

/** A {@link Table} as HTML: readable without the page's script, scrolling by itself where the screen is narrow. */
final class TableHtml {
    private TableHtml() {}

    static String write(Table table) {
        return "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"" + Html.escape(table.title())
                + "\">\n<table>\n<thead>\n" + head(table.columns()) + "</thead>\n<tbody>\n" + body(table)
                + "</tbody>\n</table>\n</div>\n";
    }

    private static String head(List<Column> columns) {
        var html = new StringBuilder();
        if (columns.stream().anyMatch(column -> column.group() != null)) {
            groups(columns, html);
        }
        html.append("<tr>");
        for (var column : columns) {
            html.append("<th scope=\"col\"").append(side(column)).append('>');
            html.append(Html.escape(column.name())).append("</th>");
        }
        return html.append("</tr>\n").toString();
    }

    /** The upper row of headings: neighbours of one group under one heading, the others under an empty cell. */
    private static void groups(List<Column> columns, StringBuilder html) {
        html.append("<tr>");
        for (var from = 0; from < columns.size(); ) {
            var group = columns.get(from).group();
            var to = from + 1;
            while (to < columns.size() && Objects.equals(columns.get(to).group(), group)) {
                to++;
            }
            html.append(group == null ? "<td colspan=\"" : "<th scope=\"colgroup\" class=\"group\" colspan=\"");
            html.append(to - from).append("\">").append(group == null ? "</td>" : Html.escape(group) + "</th>");
            from = to;
        }
        html.append("</tr>\n");
    }

    private static String body(Table table) {
        var html = new StringBuilder();
        Cell previous = null;
        for (var row : table.rows()) {
            var name = row.getFirst();
            html.append(previous == null || name.equals(previous) ? "<tr>" : "<tr class=\"next\">");
            previous = name;
            for (var i = 0; i < row.size(); i++) {
                cell(row.get(i), table.columns().get(i), i == 0, html);
            }
            html.append("</tr>\n");
        }
        return html.toString();
    }

    private static void cell(Cell cell, Column column, boolean names, StringBuilder html) {
        html.append(names ? "<th scope=\"row\"" : "<td").append(side(column)).append('>');
        html.append(Html.escape(text(cell, column.format()))).append(names ? "</th>" : "</td>");
    }

    private static String text(Cell cell, Format format) {
        return switch (cell) {
            case Cell.Text(var words) -> words;
            case Cell.Value(var value) -> Double.isFinite(value) ? format.write(value) : "–";
            case Cell.Count(var part, var whole) -> part + " / " + whole;
        };
    }

    private static String side(Column column) {
        return column.format() == Format.TEXT ? "" : " class=\"num\"";
    }
}
