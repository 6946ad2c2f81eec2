package dev.tarn.sim.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The sections as HTML. Charts become numbered places, in the order of {@link #charts}, for the page's script to draw in. */
final class SectionHtml {
    private static final int DEEPEST_HEADING = 6;

    private final StringBuilder html = new StringBuilder();
    private final List<Chart> charts = new ArrayList<>();
    private final Map<String, String> titles = new LinkedHashMap<>();

    SectionHtml(List<Section> sections) {
        for (var section : sections) {
            var id = uniqueId(section.title());
            titles.put(id, section.title());
            html.append("<section id=\"").append(id).append("\">\n");
            heading(section.title(), 2);
            content(section, 3);
            html.append("</section>\n");
        }
    }

    /** The sections' markup. */
    String html() {
        return html.toString();
    }

    /** The charts met, place 0 first. */
    List<Chart> charts() {
        return charts;
    }

    /** Links to the sections. */
    String contents() {
        var links = new StringBuilder();
        titles.forEach((id, title) -> links.append("<li><a href=\"#")
                .append(id)
                .append("\">")
                .append(Html.escape(title))
                .append("</a></li>\n"));
        return links.toString();
    }

    private void content(Section section, int level) {
        html.append(Html.paragraphs(section.caption(), section instanceof Note ? "words" : "caption"));
        switch (section) {
            case Note _ -> {}
            case Table table -> html.append(TableHtml.write(table));
            case Chart chart -> place(chart);
            case Panels panels -> panels(panels, level);
            case Choice choice -> choice(choice, level);
        }
    }

    private void place(Chart chart) {
        html.append("<div class=\"place\" data-chart=\"").append(charts.size()).append("\"></div>\n");
        charts.add(chart);
    }

    private void panels(Panels panels, int level) {
        html.append("<div class=\"panels\">\n");
        for (var panel : panels.panels()) {
            html.append("<div class=\"panel\">\n");
            heading(panel.title(), level);
            content(panel, level + 1);
            html.append("</div>\n");
        }
        html.append("</div>\n");
    }

    private void choice(Choice choice, int level) {
        html.append("<div class=\"choice\">\n<label>").append(Html.escape(choice.label()));
        html.append(" <select autocomplete=\"off\">\n");
        for (var option : choice.options()) {
            html.append("<option>").append(Html.escape(option.title())).append("</option>\n");
        }
        html.append("</select></label>\n");
        for (var i = 0; i < choice.options().size(); i++) {
            html.append(i == 0 ? "<div class=\"option\">\n" : "<div class=\"option\" hidden>\n");
            content(choice.options().get(i), level);
            html.append("</div>\n");
        }
        html.append("</div>\n");
    }

    private void heading(String title, int level) {
        var tag = "h" + Math.min(level, DEEPEST_HEADING);
        html.append('<').append(tag).append('>').append(Html.escape(title));
        html.append("</").append(tag).append(">\n");
    }

    private String uniqueId(String title) {
        var words = title.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
        var id = words.isEmpty() ? "section" : words;
        for (var i = 2; titles.containsKey(id); i++) {
            id = words + "-" + i;
        }
        return id;
    }
}
