package dev.tarn.bench.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Every benchmark once, small and in this JVM: that it runs, and that its own check holds. */
class SmokeTest {
    @Test
    void benchmarks_all_runAndPassTheirOwnChecks() throws Exception {
        var options = new OptionsBuilder()
                .include("dev.tarn.bench")
                .forks(0)
                .warmupIterations(0)
                .measurementIterations(1)
                .measurementTime(new TimeValue(1, TimeUnit.MILLISECONDS))
                .param("type", "F16", "Q8_0", "Q4_1", "Q6_K")
                .param("rows", "40")
                .param("cols", "256")
                .param("tokens", "1", "9")
                .param("depth", "300")
                .param("k", "20")
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT)
                .build();

        assertThat(new Runner(options).run()).hasSize(2 * (3 * 4 * 2 + 2 * 5) + 3 * 2);
    }
}
