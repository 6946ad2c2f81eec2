package dev.tarn.study.distill.capture;

import static dev.tarn.study.distill.network.LayerActivations.TILE;

import dev.tarn.engine.attention.LayerInput;
import dev.tarn.study.distill.network.LayerActivations;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * One window's attention inputs, keys and sampled queries, all layers. Written by one thread while the backbone reads the window;
 * then read by any number.
 */
public final class CapturedWindow implements AutoCloseable {
    private static final ValueLayout.OfShort HALF = ValueLayout.JAVA_SHORT;

    private final CaptureShape shape;
    private final int tokens;
    private final int tiles;
    private final int[] sampled;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment[] hidden;
    private final MemorySegment[] keys;
    private final MemorySegment[] queries;
    private float[] row = new float[0];

    /**
     * An empty window.
     *
     * @param sampled positions whose queries are kept, ascending, distinct
     */
    public CapturedWindow(CaptureShape shape, int tokens, int[] sampled) {
        this.shape = shape;
        this.tokens = tokens;
        this.tiles = (tokens + TILE - 1) / TILE;
        this.sampled = sampled.clone();
        this.hidden = segments(shape.indexed().size(), (long) tiles * shape.hidden() * TILE);
        this.keys = segments(shape.attended().size(), (long) tiles * shape.keyTile());
        this.queries = segments(shape.attended().size(), (long) sampled.length * shape.query());
    }

    private MemorySegment[] segments(int count, long halves) {
        MemorySegment[] segments = new MemorySegment[count];
        for (int i = 0; i < count; i++) {
            segments[i] = arena.allocate(Math.max(1, halves) * Short.BYTES, 64);
        }
        return segments;
    }

    /** Tokens of the window. */
    public int tokens() {
        return tokens;
    }

    /** Positions whose queries are there, ascending. */
    public int[] sampled() {
        return sampled.clone();
    }

    /** Keeps what one layer computed for some tokens. */
    void store(LayerInput input) {
        int indexed = shape.indexed().indexOf(input.layer());
        if (indexed >= 0) {
            storeHidden(input, hidden[indexed]);
        }
        int attended = shape.attended().indexOf(input.layer());
        if (attended >= 0) {
            storeKeys(input, keys[attended]);
            storeQueries(input, queries[attended]);
        }
    }

    private float[] row(int length) {
        if (row.length < length) {
            row = new float[length];
        }
        return row;
    }

    private void storeHidden(LayerInput input, MemorySegment to) {
        int width = shape.hidden();
        float[] values = row(width);
        for (int i = 0; i < input.rows(); i++) {
            input.hidden().read(i, 0, width, values, 0);
            column(values, width, input.position(i), to, (long) width * TILE, 0);
        }
    }

    private void storeKeys(LayerInput input, MemorySegment to) {
        int dim = shape.attention().keyDim();
        float[] values = row(dim);
        for (int i = 0; i < input.rows(); i++) {
            for (int head = 0; head < shape.attention().kvHeads(); head++) {
                input.cache().readKey(input.layer(), input.position(i), head, values, 0);
                column(values, dim, input.position(i), to, shape.keyTile(), head * dim);
            }
        }
    }

    /** Writes one token's values down a column of its tile, from channel {@code channel} on. */
    private static void column(float[] x, int count, int position, MemorySegment to, long tileSize, int channel) {
        long at = position / TILE * tileSize + (long) channel * TILE + position % TILE;
        for (int i = 0; i < count; i++) {
            to.setAtIndex(HALF, at + (long) i * TILE, Float.floatToFloat16(x[i]));
        }
    }

    private void storeQueries(LayerInput input, MemorySegment to) {
        int width = shape.query();
        float[] values = row(width);
        for (int i = 0; i < input.rows(); i++) {
            int slot = Arrays.binarySearch(sampled, input.position(i));
            if (slot >= 0) {
                input.queries().read(i, 0, width, values, 0);
                for (int j = 0; j < width; j++) {
                    to.setAtIndex(HALF, (long) slot * width + j, Float.floatToFloat16(values[j]));
                }
            }
        }
    }

    /** The reader of one worker for one layer; attention inputs are there for indexed layers, queries and keys for attended ones. */
    public LayerActivations layer(int layer) {
        return new Layer(shape.indexed().indexOf(layer), shape.attended().indexOf(layer));
    }

    /** Frees the memory; nobody may read any more. */
    @Override
    public void close() {
        arena.close();
    }

    private final class Layer implements LayerActivations {
        private final int indexed;
        private final int attended;
        private short[] halves = new short[0];

        Layer(int indexed, int attended) {
            this.indexed = indexed;
            this.attended = attended;
        }

        private void read(MemorySegment from, long at, int count, float[] out, int offset) {
            if (halves.length < count) {
                halves = new short[count];
            }
            MemorySegment.copy(from, HALF, at * Short.BYTES, halves, 0, count);
            for (int i = 0; i < count; i++) {
                out[offset + i] = Float.float16ToFloat(halves[i]);
            }
        }

        @Override
        public void hiddenTile(int tile, float[] out) {
            int count = shape.hidden() * TILE;
            read(hidden[indexed], (long) tile * count, count, out, 0);
        }

        @Override
        public void hidden(int position, float[] out, int offset) {
            long at = (long) (position / TILE) * shape.hidden() * TILE + position % TILE;
            for (int i = 0; i < shape.hidden(); i++) {
                out[offset + i] = Float.float16ToFloat(hidden[indexed].getAtIndex(HALF, at + (long) i * TILE));
            }
        }

        @Override
        public void keyTile(int tile, int kvHead, float[] out) {
            int count = shape.attention().keyDim() * TILE;
            read(keys[attended], (long) tile * shape.keyTile() + (long) kvHead * count, count, out, 0);
        }

        @Override
        public void query(int position, float[] out, int offset) {
            int slot = Arrays.binarySearch(sampled, position);
            if (slot < 0) {
                throw new IllegalArgumentException("the query at position " + position + " was not kept");
            }
            read(queries[attended], (long) slot * shape.query(), shape.query(), out, offset);
        }
    }
}
