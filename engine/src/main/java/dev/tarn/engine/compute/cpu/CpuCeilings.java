package dev.tarn.engine.compute.cpu;

import dev.tarn.engine.compute.Ceilings;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.DoubleSupplier;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** Measures what this machine can do: memory read in one stream, independent multiply-add chains, 8-bit products. */
public final class CpuCeilings {
    private static final long LEAST_BUFFER = 256L << 20;
    private static final long MOST_BUFFER = 2L << 30;
    private static final int CHAINS = 10;
    private static final int FMA_STEPS = 1 << 20;
    private static final int PAIRS = 2048;
    private static final int INT8_STEPS = 1 << 10;
    private static final long NANOS = 350_000_000;
    private static final Path L3 = Path.of("/sys/devices/system/cpu/cpu0/cache/index3/size");

    private final Workers workers;
    private final float[] sink;
    private final int[] intSink;

    private CpuCeilings(Workers workers) {
        this.workers = workers;
        this.sink = new float[workers.threads()];
        this.intSink = new int[workers.threads()];
    }

    /** Measures for about a second, all threads together. */
    public static Ceilings measure(int threads) {
        try (var workers = new Workers(threads)) {
            var run = new CpuCeilings(workers);
            return new Ceilings(
                    threads,
                    VectorSpec.FLOATS.vectorBitSize(),
                    run.stream(),
                    run.fma(),
                    Math.max(run.int8Vectors(), run.int8Loop()));
        }
    }

    /** The best of several runs, each of which returns its rate, for as long as the measurement may take. */
    private static double best(DoubleSupplier rate) {
        double best = 0;
        long end = System.nanoTime() + NANOS;
        for (int runs = 0; runs < 3 || System.nanoTime() < end; runs++) {
            best = Math.max(best, rate.getAsDouble());
        }
        return best;
    }

    /** Runs {@code task} on every thread and returns {@code work}, of all threads, per nanosecond. */
    private double rate(double work, Workers.Task task) {
        long start = System.nanoTime();
        workers.run(workers.threads(), task);
        return work / (System.nanoTime() - start);
    }

    private double stream() {
        int parts = workers.threads();
        long bytes = Math.clamp(8 * l3Bytes(), LEAST_BUFFER, MOST_BUFFER) / (parts * 4096L) * 4096;
        try (Arena arena = Arena.ofShared()) {
            MemorySegment buffer = arena.allocate(bytes * parts, 64);
            return best(() ->
                    rate((double) bytes * parts, (part, _) -> sink[part] = sum(buffer.asSlice(part * bytes, bytes))));
        }
    }

    /** The size of the last cache, 0 where the system does not say. */
    private static long l3Bytes() {
        try {
            String size = Files.readString(L3).strip();
            long number = Long.parseLong(size.replaceAll("[^0-9]", ""));
            return size.endsWith("K") ? number << 10 : size.endsWith("M") ? number << 20 : number;
        } catch (IOException | NumberFormatException e) {
            return 0;
        }
    }

    private static float sum(MemorySegment m) {
        var s = VectorSpec.FLOATS;
        int step = s.vectorByteSize();
        ByteOrder order = ByteOrder.nativeOrder();
        FloatVector a = FloatVector.zero(s);
        FloatVector b = a;
        FloatVector c = a;
        FloatVector d = a;
        for (long at = 0; at < m.byteSize(); at += 4L * step) {
            a = a.add(FloatVector.fromMemorySegment(s, m, at, order));
            b = b.add(FloatVector.fromMemorySegment(s, m, at + step, order));
            c = c.add(FloatVector.fromMemorySegment(s, m, at + 2L * step, order));
            d = d.add(FloatVector.fromMemorySegment(s, m, at + 3L * step, order));
        }
        return VectorSpec.sum(a.add(b).add(c.add(d)));
    }

    private double fma() {
        double work = 2.0 * CHAINS * VectorSpec.LANES * FMA_STEPS * workers.threads();
        return best(() -> rate(work, (part, _) -> sink[part] = chains(part)));
    }

    /** Ten chains hide a latency of up to five cycles on two units and leave registers for the two factors. */
    private static float chains(int start) {
        var s = VectorSpec.FLOATS;
        FloatVector x = FloatVector.broadcast(s, 0.999f);
        FloatVector y = FloatVector.broadcast(s, 0.001f);
        FloatVector a = FloatVector.broadcast(s, start);
        FloatVector b = a;
        FloatVector c = a;
        FloatVector d = a;
        FloatVector e = a;
        FloatVector f = a;
        FloatVector g = a;
        FloatVector h = a;
        FloatVector i = a;
        FloatVector j = a;
        for (int n = 0; n < FMA_STEPS; n++) {
            a = a.fma(x, y);
            b = b.fma(x, y);
            c = c.fma(x, y);
            d = d.fma(x, y);
            e = e.fma(x, y);
            f = f.fma(x, y);
            g = g.fma(x, y);
            h = h.fma(x, y);
            i = i.fma(x, y);
            j = j.fma(x, y);
        }
        return VectorSpec.sum(a.add(b).add(c.add(d)).add(e.add(f).add(g.add(h))).add(i.add(j)));
    }

    /** Products of 16-bit lanes that hold 8-bit values, added in 16 bits: what the Vector API itself offers. */
    private double int8Vectors() {
        int lanes = 2 * VectorSpec.LANES;
        double work = 2.0 * 8 * lanes * FMA_STEPS * workers.threads();
        return best(() -> rate(work, (part, _) -> intSink[part] = products(part)));
    }

    private static int products(int start) {
        VectorSpecies<Short> s =
                ShortVector.SPECIES_128.withShape(VectorShape.forBitSize(VectorSpec.FLOATS.vectorBitSize()));
        ShortVector x = ShortVector.broadcast(s, (short) (start + 3));
        ShortVector a = ShortVector.broadcast(s, (short) 1);
        ShortVector b = a;
        ShortVector c = a;
        ShortVector d = a;
        ShortVector e = a;
        ShortVector f = a;
        ShortVector g = a;
        ShortVector h = a;
        for (int n = 0; n < FMA_STEPS; n++) {
            a = a.mul(x).add(x);
            b = b.mul(x).add(x);
            c = c.mul(x).add(x);
            d = d.mul(x).add(x);
            e = e.mul(x).add(x);
            f = f.mul(x).add(x);
            g = g.mul(x).add(x);
            h = h.mul(x).add(x);
        }
        return a.add(b).add(c.add(d)).add(e.add(f).add(g.add(h))).lane(0);
    }

    /** The loop that C2 turns into multiply-add of 16-bit pairs (vpmaddwd, and VNNI where there is any). */
    private double int8Loop() {
        short[][] a = new short[workers.threads()][2 * PAIRS];
        short[][] b = new short[workers.threads()][2 * PAIRS];
        int[][] out = new int[workers.threads()][PAIRS];
        double work = 2.0 * 2 * PAIRS * INT8_STEPS * workers.threads();
        return best(() -> rate(work, (part, _) -> {
            for (int n = 0; n < INT8_STEPS; n++) {
                pairs(a[part], b[part], out[part]);
            }
        }));
    }

    private static void pairs(short[] a, short[] b, int[] out) {
        for (int i = 0; i < PAIRS; i++) {
            out[i] += a[2 * i] * b[2 * i] + a[2 * i + 1] * b[2 * i + 1];
        }
    }
}
