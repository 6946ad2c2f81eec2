package dev.tarn.cli.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TextTableTest {
    private static TextTable table() {
        return new TextTable()
                .words("policy")
                .numbers("hit rate")
                .row("lru", "93.5 %")
                .row("a very long policy name", "7.0 %");
    }

    @Test
    void render_plain_alignsWordsLeftAndNumbersRight() {
        assertThat(table().render(false, 100)).isEqualTo("""
                policy                   hit rate
                lru                        93.5 %
                a very long policy name     7.0 %
                """);
    }

    @Test
    void render_boxed_drawsABox() {
        assertThat(table().render(true, 100)).isEqualTo("""
                ┌─────────────────────────┬──────────┐
                │ policy                  │ hit rate │
                ├─────────────────────────┼──────────┤
                │ lru                     │   93.5 % │
                │ a very long policy name │    7.0 % │
                └─────────────────────────┴──────────┘
                """);
    }

    @Test
    void render_narrow_cutsWordsAndKeepsNumbers() {
        assertThat(table().render(true, 28).lines())
                .allMatch(line -> line.length() <= 28)
                .anyMatch(line -> line.contains("a very") && line.contains("…") && line.contains("7.0 %"))
                .anyMatch(line -> line.contains("lru") && line.contains("93.5 %"));
    }

    @Test
    void render_withoutRows_showsTheHeader() {
        assertThat(new TextTable().words("a").numbers("b").render(false, 80).strip())
                .isEqualTo("a  b");
    }

    @Test
    void row_wrongNumberOfCells_isRefused() {
        assertThatThrownBy(() -> new TextTable().words("a").row("x", "y"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a row of 2 cells in a table of 1 columns");
    }
}
