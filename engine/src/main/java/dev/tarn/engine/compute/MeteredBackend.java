package dev.tarn.engine.compute;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A backend that passes every operator on to another one and notes how long it took and which weights it read. Noting costs some
 * tenths of a microsecond an operator, so that speeds are measured without it.
 */
public final class MeteredBackend {
    /** The parts that a step's time is told apart by. */
    public enum Part {
        /** Products with weights, the indexer's and the output matrix included. */
        MATMUL,
        /** Index scores, block scores and the oracle's probabilities of all candidates. */
        SCORE,
        /** The choice of the best ranked. */
        SELECT,
        /** Attention over the entries chosen, or over all. */
        ATTEND,
        /** Norms, rotations, gates, copies to the cache, and all that is no operator. */
        REST
    }

    private final Backend backend;
    private final Backend metered;
    private final Map<Part, Long> nanos = new EnumMap<>(Part.class);
    private long weightBytes;
    private long parameters;
    private int scorings;

    /** A meter on a backend, which stays the caller's. */
    public MeteredBackend(Backend backend) {
        this.backend = backend;
        this.metered = (Backend) Proxy.newProxyInstance(
                Backend.class.getClassLoader(),
                new Class<?>[] {Backend.class},
                (_, method, arguments) -> invoke(method, arguments));
        reset();
    }

    /** The backend to compute with; its tensors and weights are those of the backend behind it. */
    public Backend backend() {
        return metered;
    }

    /** Forgets what was noted. */
    public void reset() {
        Arrays.stream(Part.values()).forEach(part -> nanos.put(part, 0L));
        weightBytes = 0;
        parameters = 0;
        scorings = 0;
    }

    /** Nanoseconds spent in the operators of a part. */
    public long nanos(Part part) {
        return nanos.getOrDefault(part, 0L);
    }

    /** Bytes of the weights that products were taken with, each time anew. */
    public long weightBytes() {
        return weightBytes;
    }

    /** Elements of the weights that products were taken with, each time anew. */
    public long parameters() {
        return parameters;
    }

    /** How often index scores of all candidates were computed. */
    public int scorings() {
        return scorings;
    }

    private @Nullable Object invoke(Method method, Object[] arguments) throws Throwable {
        if (method.getName().equals("forEach")) {
            // One task after the other, so that each operator inside has all threads and its time is a part of the
            // whole.
            for (int i = 0; i < (int) arguments[0]; i++) {
                ((Backend.Task) arguments[1]).run(i, 0);
            }
            return null;
        }
        Part part = part(method.getName());
        if (part == Part.MATMUL) {
            note(arguments);
        } else if (method.getName().equals("indexScores")) {
            scorings++;
        }
        long start = System.nanoTime();
        try {
            return method.invoke(backend, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        } finally {
            nanos.merge(part, System.nanoTime() - start, Long::sum);
        }
    }

    private void note(Object[] arguments) {
        for (Object argument : arguments) {
            if (argument instanceof Weight weight) {
                weightBytes += weight.bytes();
                parameters += (long) weight.rows() * weight.cols();
            }
        }
    }

    private static Part part(String operator) {
        if (operator.startsWith("matmul")) {
            return Part.MATMUL;
        }
        if (operator.endsWith("Scores") || operator.equals("probabilities")) {
            return Part.SCORE;
        }
        if (operator.startsWith("select")) {
            return Part.SELECT;
        }
        return operator.startsWith("attend") || operator.equals("finishAttention") ? Part.ATTEND : Part.REST;
    }
}
