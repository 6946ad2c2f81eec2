package dev.tarn.engine.reserve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tarn.engine.EngineException;
import dev.tarn.engine.compute.Precision;
import dev.tarn.engine.decode.Sequence;
import dev.tarn.engine.kv.SlowTier;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A slow tier that cannot be read ends the request that needed it, in one line, and no other. */
class BrokenTierTest {
    @TempDir
    private Path folder;

    /** Fails at every read from a number on until it is mended. */
    private static final class Breaking implements SlowTier {
        private final SlowTier tier;
        private final AtomicInteger left;

        Breaking(SlowTier tier, AtomicInteger left) {
            this.tier = tier;
            this.left = left;
        }

        @Override
        public void read(int layer, int first, int count, MemorySegment to, long at) {
            if (left.getAndDecrement() <= 0) {
                throw new EngineException("the disk is gone; find it");
            }
            tier.read(layer, first, count, to, at);
        }

        @Override
        public int readers() {
            return tier.readers();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "dsa:k=20,1,false,0",
        "dsa:k=20,2,true,3",
        "quest:k=48,2,true,12",
        "dense,3,true,7",
        "psa:eps=0.9,2,false,11"
    })
    void read_thatFails_endsItsSequenceAndLeavesTheOtherRight(String spec, int threads, boolean inFile, int after) {
        float[][] want;
        try (Decoding decoding = new Decoding(2, Precision.FAST);
                Sequence sequence = decoding.sequence(spec)) {
            want = decoding.decode(sequence, Decoding.prompt(2), Decoding.forced(6));
        }
        AtomicInteger left = new AtomicInteger(Integer.MAX_VALUE);
        try (Decoding decoding = new Decoding(threads, Precision.FAST)
                .inFiles(inFile ? folder : null)
                .reserve(
                        new ReserveOptions(300, Sharing.UNIFIED, "arc", 2, 1),
                        ReserveListener.NONE,
                        tier -> new Breaking(tier, left))) {
            Sequence broken = decoding.sequence(spec);
            try (Sequence sound = decoding.sequence(spec)) {
                broken.prefill(Decoding.prompt(1), Decoding.PROMPT, _ -> {});
                sound.prefill(Decoding.prompt(2), Decoding.PROMPT, _ -> {});
                int[] tokens = Decoding.forced(6);
                for (int i = 0; i < tokens.length; i++) {
                    if (i == 2) {
                        left.set(after);
                        assertThatThrownBy(() -> broken.decode(500))
                                .isInstanceOf(EngineException.class)
                                .hasMessage("the disk is gone; find it");
                        left.set(Integer.MAX_VALUE);
                        broken.close();
                    } else if (i < 2) {
                        decoding.step(broken, 400 + i);
                    }
                    assertThat(decoding.step(sound, tokens[i])).isEqualTo(want[i]);
                }
            }
            try (Sequence next = decoding.sequence(spec)) {
                assertThat(decoding.decode(next, Decoding.prompt(2), Decoding.forced(6)))
                        .isDeepEqualTo(want);
            }
        }
        assertThat(folder).isEmptyDirectory();
    }
}
