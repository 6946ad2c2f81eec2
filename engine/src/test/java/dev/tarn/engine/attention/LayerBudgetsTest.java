package dev.tarn.engine.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LayerBudgetsTest {
    private static final int[] GRID = {10, 20, 30, 40};

    @Test
    void equalise_oneSteepAndOneFlatLayer_spendsOnTheSteepOne() {
        double[][] masses = {{.1, .2, .3, .4}, {.5, .51, .52, .53}};
        assertThat(LayerBudgets.equalise(GRID, masses, 20)).containsExactly(30, 10);
        assertThat(LayerBudgets.equalise(GRID, masses, 30)).containsExactly(40, 20);
        assertThat(LayerBudgets.equalise(GRID, masses, 10)).containsExactly(10, 10);
        assertThat(LayerBudgets.equalise(GRID, masses, 40)).containsExactly(40, 40);
    }

    /** The first step of layer 1 buys little, but the way through it is the best there is. */
    @Test
    void equalise_curveThatStartsFlat_isJudgedByItsHull() {
        double[][] masses = {{.1, .2, .25, .26}, {.1, .1, .5, .5}};
        assertThat(LayerBudgets.equalise(GRID, masses, 20)).containsExactly(10, 30);
    }

    /** On concave curves no way of spending the same entries on whole steps holds more mass. */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void equalise_concaveCurves_holdsTheMostMass(long seed) {
        Random random = new Random(seed);
        double[][] masses = new double[3][4];
        for (double[] curve : masses) {
            double step = random.nextDouble() / 4;
            for (int i = 1; i < 4; i++) {
                curve[i] = curve[i - 1] + step;
                step *= random.nextDouble();
            }
        }
        for (int mean : new int[] {10, 20, 30, 40}) {
            double best = 0;
            for (int choice = 0; choice < 64; choice++) {
                int a = choice % 4;
                int b = choice / 4 % 4;
                int c = choice / 16;
                if (GRID[a] + GRID[b] + GRID[c] == 3 * mean) {
                    best = Math.max(best, masses[0][a] + masses[1][b] + masses[2][c]);
                }
            }
            List<Integer> budgets = LayerBudgets.equalise(GRID, masses, mean);
            double got = 0;
            for (int layer = 0; layer < 3; layer++) {
                got += masses[layer][budgets.get(layer) / 10 - 1];
            }
            assertThat(budgets.stream().mapToInt(k -> k).sum()).isEqualTo(3 * mean);
            assertThat(got).isGreaterThanOrEqualTo(best - 1e-12);
        }
    }

    @Test
    void equalise_meanOutsideTheGrid_isRefused() {
        assertThatThrownBy(() -> LayerBudgets.equalise(GRID, new double[1][4], 50))
                .hasMessage("a mean budget of 50 lies outside the measured ones, 10 to 40");
    }
}
