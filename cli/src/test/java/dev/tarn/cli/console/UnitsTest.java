package dev.tarn.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnitsTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0 B",
        "1023, 1023 B",
        "1024, 1.0 KiB",
        "1536, 1.5 KiB",
        "1048524, 1023.9 KiB",
        "1048575, 1.0 MiB",
        "0.5, 0.5 B"
    })
    void bytes_atBoundaries_takeTheUnitTheyRoundTo(double bytes, String text) {
        assertThat(Units.bytes(bytes)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "999, 999", "1000, 1.0k", "999960, 1.0M", "12345, 12.3k", "-4500000, -4.5M", "0.25, 0.3"})
    void si_atBoundaries_takeTheUnitTheyRoundTo(double count, String text) {
        assertThat(Units.si(count)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"7.254, 7.25 tok/s", "9.999, 10.0 tok/s", "99.96, 100 tok/s", "1340.2, 1340 tok/s"})
    void tokensPerSecond_anySize_hasThreeDigits(double rate, String text) {
        assertThat(Units.tokensPerSecond(rate)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0 ms",
        "999, 999 ms",
        "1000, 1.0 s",
        "59949, 59.9 s",
        "59960, 1 min 00 s",
        "185000, 3 min 05 s",
        "3599700, 1 h 00 min",
        "7800000, 2 h 10 min"
    })
    void duration_atBoundaries_takesTheUnitItRoundsTo(long millis, String text) {
        assertThat(Units.duration(Duration.ofMillis(millis))).isEqualTo(text);
    }

    @Test
    void anything_thatIsNoNumber_isADash() {
        assertThat(Units.percent(Double.NaN)).isEqualTo("-");
        assertThat(Units.bytes(Double.POSITIVE_INFINITY)).isEqualTo("-");
        assertThat(Units.si(Double.NaN)).isEqualTo("-");
        assertThat(Units.tokensPerSecond(Double.NaN)).isEqualTo("-");
        assertThat(Units.fixed(Double.NaN, 2)).isEqualTo("-");
        assertThat(Units.percent(0.9349)).isEqualTo("93.5 %");
    }
}
