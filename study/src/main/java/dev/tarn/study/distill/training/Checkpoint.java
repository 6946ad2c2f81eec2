package dev.tarn.study.distill.training;

import dev.tarn.engine.format.SafetensorsFile;
import dev.tarn.engine.format.SafetensorsWriter;
import dev.tarn.engine.format.TensorType;
import dev.tarn.engine.format.TensorView;
import dev.tarn.study.StudyException;
import dev.tarn.study.distill.network.IndexerShape;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;

/** A training state on disk, as safetensors; it appears whole or not at all. A resumed run ends as one that never stopped. */
final class Checkpoint {
    private static final String RUN = "run";
    private static final String STEP = "step";
    private static final String OPERATIONS = "operations";
    private static final String SECONDS = "seconds";

    private Checkpoint() {}

    /**
     * Writes a state.
     *
     * @param fingerprint all that decides the run
     */
    static void write(Path path, String fingerprint, TrainingState state) {
        SafetensorsWriter writer = new SafetensorsWriter()
                .metadata(RUN, fingerprint)
                .metadata(STEP, Integer.toString(state.step))
                .metadata(OPERATIONS, Double.toString(state.operations))
                .metadata(SECONDS, Double.toString(state.seconds));
        for (int i = 0; i < state.parameters.length; i++) {
            writer.floats("parameters." + i, state.parameters[i], state.parameters[i].length);
            writer.floats("first." + i, state.firstMoments[i], state.firstMoments[i].length);
            writer.floats("second." + i, state.secondMoments[i], state.secondMoments[i].length);
            writer.floats("scale." + i, state.inputScale[i], state.inputScale[i].length);
        }
        writer.add("mass", TensorType.F64, MemorySegment.ofArray(state.usualMass), state.usualMass.length);
        writer.add("loss", TensorType.F64, MemorySegment.ofArray(state.loss), state.loss.length);
        writer.write(path);
    }

    /**
     * Reads a state.
     *
     * @throws StudyException where the checkpoint is of another run
     */
    static TrainingState read(Path path, String fingerprint, IndexerShape shape, int layers) {
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            String written = file.metadata().getOrDefault(RUN, "");
            if (!written.equals(fingerprint)) {
                throw new StudyException(path + ": is the checkpoint of another run (" + written
                        + "); give the same options, or leave --resume out");
            }
            TrainingState state = TrainingState.empty(shape, layers);
            for (int i = 0; i < layers; i++) {
                floats(file.tensor("parameters." + i), state.parameters[i]);
                floats(file.tensor("first." + i), state.firstMoments[i]);
                floats(file.tensor("second." + i), state.secondMoments[i]);
                floats(file.tensor("scale." + i), state.inputScale[i]);
            }
            doubles(file.tensor("mass"), state.usualMass);
            doubles(file.tensor("loss"), state.loss);
            state.step = Integer.parseInt(number(path, file, STEP));
            state.operations = Double.parseDouble(number(path, file, OPERATIONS));
            state.seconds = Double.parseDouble(number(path, file, SECONDS));
            return state;
        } catch (NumberFormatException e) {
            throw new StudyException(path + ": is damaged (" + e.getMessage() + "); leave --resume out", e);
        }
    }

    private static String number(Path path, SafetensorsFile file, String key) {
        String value = file.metadata().get(key);
        if (value == null) {
            throw new StudyException(path + ": has no " + key + ", so it is no checkpoint; leave --resume out");
        }
        return value;
    }

    private static void floats(TensorView view, float[] to) {
        require(view, to.length);
        MemorySegment.copy(view.data(), ValueLayout.JAVA_FLOAT_UNALIGNED, 0, to, 0, to.length);
    }

    private static void doubles(TensorView view, double[] to) {
        require(view, to.length);
        MemorySegment.copy(view.data(), ValueLayout.JAVA_DOUBLE_UNALIGNED, 0, to, 0, to.length);
    }

    private static void require(TensorView view, int length) {
        if (view.elements() != length) {
            throw new StudyException("checkpoint tensor " + view.name() + " has " + view.elements()
                    + " numbers, but the run needs " + length + "; leave --resume out");
        }
    }
}
