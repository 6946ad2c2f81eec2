package dev.tarn.sim.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReportModelTest {
    private static final Axis LINEAR = Axis.linear("x", Format.NUMBER);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "COUNT | 12345 | 12,345",
                "NUMBER | 7.2 | 7.20",
                "NUMBER | -0.125 | -0.13",
                "RATE | 1234.56 | 1,234.6",
                "SHARE | 0.983 | 98.3\u00a0%",
                "FACTOR | 1.874 | 1.87×",
                "BYTES | 512 | 512\u00a0B",
                "BYTES | 1536 | 1.5\u00a0KiB",
                "BYTES | 1023 | 1,023\u00a0B",
                "BYTES | 209715200 | 200\u00a0MiB",
                "BYTES | 1e15 | 909\u00a0TiB"
            })
    void write_value_readsAsPeopleWriteIt(Format format, double value, String expected) {
        assertThat(format.write(value)).isEqualTo(expected);
    }

    @Test
    void thinned_cliff_keepsBothSidesOfItAndTheEnds() {
        var x = IntStream.range(0, 1000).asDoubleStream().toArray();
        var y = IntStream.range(0, 1000).mapToDouble(i -> i < 600 ? 1 : 0.5).toArray();
        var thin = Series.of("lru", x, y).thinned(0.01);
        assertThat(thin.x()).containsExactly(0, 599, 600, 998, 999);
        assertThat(thin.y()).containsExactly(1, 1, 0.5, 0.5, 0.5);
    }

    @Test
    void thinned_slope_staysWithinTheToleranceOfEveryPointLeftOut() {
        var x = IntStream.range(0, 5000).asDoubleStream().toArray();
        var y = IntStream.range(0, 5000).mapToDouble(i -> Math.exp(-i / 700.0)).toArray();
        var thin = Series.of("lru", x, y).thinned(0.01);
        assertThat(thin.x().length).isLessThanOrEqualTo(202);
        for (var i = 0; i < x.length; i++) {
            assertThat(interpolate(thin, x[i])).isBetween(y[i] - 0.01, y[i] + 0.01);
        }
    }

    @Test
    void thinned_gap_keepsIt() {
        var thin = Series.of("s", new double[] {1, 2, 3}, new double[] {1, Double.NaN, 1})
                .thinned(0.5);
        assertThat(thin.y()).containsExactly(1, Double.NaN, 1);
    }

    @Test
    void ofShares_nothingAsked_leavesTheCellEmpty() {
        var map = HeatMap.ofShares(
                "t",
                "",
                Bands.numbered("x", 2),
                Bands.numbered("y", 1),
                new int[][] {{3, 0}},
                new int[][] {{4, 0}},
                "q");
        assertThat(map.values()[0]).containsExactly(0.75, Double.NaN);
        assertThat(map.labels()).containsExactly(List.of("3/4", ""));
    }

    @Test
    void series_lengthsDisagree_namesBothAndTheSeries() {
        assertThatThrownBy(() -> Series.of("lru", new double[3], new double[2]))
                .hasMessage("'lru' has 2 y values for 3 x values: give one for each");
    }

    @Test
    void series_descending_namesThePlace() {
        assertThatThrownBy(() -> Series.of("lru", new double[] {2, 1}, new double[2]))
                .hasMessageContaining("x 2.0 before 1.0 at index 1");
    }

    @Test
    void table_rowTooShort_namesTheRow() {
        var columns = List.of(Column.text("a"), Column.text("b"));
        var rows = List.of(List.of(Cell.of("1"), Cell.of("2")), List.of(Cell.of("3")));
        assertThatThrownBy(() -> new Table("T", "", columns, rows))
                .hasMessage("'T' has 1 cells in row 1 for 2 columns: give one for each");
    }

    @Test
    void lineChart_zeroOnLogarithmicAxis_isRefused() {
        var series = List.of(Series.of("lru", new double[] {0, 1}, new double[2]));
        assertThatThrownBy(() -> new LineChart("T", "", Axis.log2("entries", Format.COUNT), LINEAR, series, List.of()))
                .hasMessageContaining("'lru' of 'T' has the value 0.0 on the logarithmic axis 'entries'");
        assertThat(new LineChart("T", "", LINEAR, LINEAR, series, List.of()).series())
                .hasSize(1);
    }

    @Test
    void barChart_valueMissing_namesBothCounts() {
        assertThatThrownBy(() -> new BarChart(
                        "T", "", Bands.numbered("layer", 3), LINEAR, List.of(Bars.of("b", new double[2])), List.of()))
                .hasMessage("'T' has 2 values of 'b' for 3 layer: give one for each");
    }

    @Test
    void heatMap_raggedRow_isRefused() {
        var color = new HeatMap.Color("c", Format.COUNT, 0, 1, HeatMap.Ramp.LINEAR);
        assertThatThrownBy(() -> new HeatMap(
                        "T",
                        "",
                        Bands.numbered("x", 2),
                        Bands.numbered("y", 2),
                        new double[][] {{1, 2}, {1}},
                        null,
                        color))
                .hasMessage("'T' has 1 values in a row for 2 bands of 'x': give one for each");
    }

    @Test
    void axis_emptyRange_isRefused() {
        assertThatThrownBy(() -> LINEAR.between(1, 1)).hasMessageContaining("runs from 1.0 to 1.0");
    }

    private static double interpolate(Series series, double at) {
        var x = series.x();
        var i = 1;
        while (x[i] < at) {
            i++;
        }
        var share = (at - x[i - 1]) / (x[i] - x[i - 1]);
        return series.y()[i - 1] + share * (series.y()[i] - series.y()[i - 1]);
    }
}
