package dev.tarn.engine.prefix;

import dev.tarn.engine.compute.Precision;
import dev.tarn.engine.decode.Sequence;
import dev.tarn.engine.kv.KvTypes;
import dev.tarn.engine.kv.ScratchFolder;
import dev.tarn.engine.reserve.ReserveListener;
import dev.tarn.engine.reserve.ReserveOptions;
import dev.tarn.engine.reserve.Sharing;
import java.nio.file.Path;
import java.util.function.UnaryOperator;

/** Decodes over a file tier until it is killed. Prints a line after the first step. */
final class FileTierDecoder {
    private FileTierDecoder() {}

    /** Takes the folder. */
    public static void main(String[] args) {
        try (RunningModel model = new RunningModel("tiny", 1, Precision.FAST, KvTypes.COMPACT)) {
            model.decoder.keepEntriesIn(new ScratchFolder(Path.of(args[0])));
            model.decoder.reserve(
                    new ReserveOptions(64, Sharing.UNIFIED, "lru", 1, 0),
                    ReserveListener.NONE,
                    UnaryOperator.identity());
            try (Sequence sequence = model.sequence("dsa:k=16")) {
                sequence.prefill(model.tokens(80, 1), 80, _ -> {});
                for (int step = 0; step < 7000; step++) {
                    sequence.decode(400 + step % 100);
                    if (step == 0) {
                        System.out.println("decoding");
                    }
                }
            }
        }
    }
}
