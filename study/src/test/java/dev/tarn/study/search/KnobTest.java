package dev.tarn.study.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tarn.engine.attention.AttentionSpecs;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KnobTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "dsa:k=256 | k | 300 | dsa:k=300",
                "window:k=64,sink=4 | k | 128 | window:k=128,sink=4",
                "dsa | k | 512 | dsa:k=512",
                "rank=oracle,unit=token,stop=k:9,share=head | k | 40 | rank=oracle,unit=token,stop=k:40,share=head",
            })
    void knob_setElsewhere_isTheSpecWithThatNumber(String spec, String name, double value, String expected) {
        Knob knob = Objects.requireNonNull(Knob.of(AttentionSpecs.parse(spec)));
        assertThat(knob.name()).isEqualTo(name);
        double x = Math.log(value);
        assertThat(knob.at(x)).isEqualTo(value);
        assertThat(knob.specAt(x)).isEqualTo(AttentionSpecs.parse(expected));
    }

    @Test
    void knob_standsWhereItsSpecDoes_betweenItsEnds() {
        Knob knob = Objects.requireNonNull(Knob.of(AttentionSpecs.parse("dsa:k=256")));
        assertThat(knob.at(knob.x())).isEqualTo(256);
        assertThat(knob.x()).isBetween(knob.least(), knob.most(8192));
        assertThat(knob.most(8192)).isCloseTo(Math.log(8192), within(1e-12));
    }

    @Test
    void dense_hasNoKnob() {
        assertThat(Knob.of(AttentionSpecs.parse("dense"))).isNull();
    }
}
