package dev.tarn.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tarn.engine.TestData;
import dev.tarn.engine.compute.Tensor;
import dev.tarn.engine.compute.cpu.CpuBackend;
import dev.tarn.engine.compute.cpu.PlainKernels;
import dev.tarn.engine.model.architecture.FeedForward.Experts;
import dev.tarn.engine.model.architecture.FeedForward.Routing;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ExpertRouterTest {
    private static ExpertRouter route(Routing routing, int used, float[] correction, float... logits) {
        ExpertRouter router = new ExpertRouter(new Experts(logits.length, used, 1, 0, routing), 2);
        try (CpuBackend backend = new CpuBackend(new PlainKernels(), 1)) {
            Tensor tensor = TestData.tensor(backend, 1, logits.length, logits);
            router.route(tensor, 1, correction);
        }
        return router;
    }

    private static double weight(ExpertRouter router, int expert) {
        return router.rowsOf(expert) == 0 ? 0 : router.weights()[0];
    }

    private static double[] weights(ExpertRouter router, int experts) {
        double[] weights = new double[experts];
        Arrays.setAll(weights, e -> weight(router, e));
        return weights;
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    @Test
    void route_softmax_takesTheLikeliestAndTheLowerOfEquals() {
        float ln2 = (float) Math.log(2);

        double[] plain = weights(route(new Routing(false, 1, 1, false, 1), 2, new float[0], 0, ln2, 0, 0), 4);
        double[] normalised = weights(route(new Routing(false, 1, 1, true, 1), 2, new float[0], 0, ln2, 0, 0), 4);

        assertThat(plain).containsExactly(new double[] {0.2, 0.4, 0, 0}, within(1e-6));
        assertThat(normalised).containsExactly(new double[] {1 / 3.0, 2 / 3.0, 0, 0}, within(1e-6));
    }

    @Test
    void route_correction_changesTheChoiceButNotTheWeights() {
        float[] correction = {0, 0, 0, 1};

        double[] weights = weights(route(new Routing(true, 1, 1, false, 2.5f), 1, correction, 3, 0, 0, -1), 4);

        assertThat(weights).containsExactly(new double[] {0, 0, 0, 2.5 * sigmoid(-1)}, within(1e-6));
    }

    /** Expert 0 is the best of all, but the two best of group 1 beat the two best of group 0. */
    @Test
    void route_groups_leaveOutTheBestExpertOfAWeakGroup() {
        double[] weights = weights(route(new Routing(true, 2, 1, true, 1), 2, new float[6], 2, -5, -5, 1, 1.5f, -9), 6);

        double sum = sigmoid(1) + sigmoid(1.5);
        assertThat(weights)
                .containsExactly(new double[] {0, 0, 0, sigmoid(1) / sum, sigmoid(1.5) / sum, 0}, within(1e-6));
    }
}
