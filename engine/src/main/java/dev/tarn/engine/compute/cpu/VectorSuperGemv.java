package dev.tarn.engine.compute.cpu;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link Kernels#gemv} over stored weights for the blocks of {@link SuperBlocks}, with the Vector API. A group's small integer scale multiplies the sum
 * over its integers, the block's float scale the sum over its groups. Each method is one flat loop, because C2 boxes vectors
 * that cross a call it does not inline.
 */
final class VectorSuperGemv {
    private static final VectorSpecies<Float> S = VectorSpec.FLOATS;
    private static final VectorSpecies<Integer> INTS = VectorSpec.INTS;
    private static final VectorSpecies<Byte> BYTES = VectorSpec.BYTES;
    private static final int LANES = VectorSpec.LANES;
    private static final int STEP = BYTES.length();
    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ORDER);
    private static final long LOW_HALVES = 0x0f0f0f0f0f0f0f0fL;

    private VectorSuperGemv() {}

    /** The eight six-bit scales of a Q4_K or Q5_K block, a byte each, from the 12 bytes at {@code at}. */
    private static long scales(MemorySegment w, long at) {
        int first = w.get(LegacyBlocks.INT, at);
        int last = w.get(LegacyBlocks.INT, at + 8);
        int high = (last & 0x0f0f0f0f) | (first >>> 2 & 0x30303030);
        return (first & 0x3f3f3f3f) | (long) high << 32;
    }

    /** The eight six-bit minima beside {@link #scales}. */
    private static long minima(MemorySegment w, long at) {
        int first = w.get(LegacyBlocks.INT, at + 4);
        int last = w.get(LegacyBlocks.INT, at + 8);
        int high = (last >>> 4 & 0x0f0f0f0f) | (first >>> 2 & 0x30303030);
        return (first & 0x3f3f3f3f) | (long) high << 32;
    }

    /** Eight of the sixteen six-bit scales of a Q3_K block, a byte each, from the 12 bytes at {@code at}. */
    private static long scales3(MemorySegment w, long at, int half) {
        long low = w.get(LONG, at) >>> (4 * half) & LOW_HALVES;
        int pairs = w.get(LegacyBlocks.INT, at + 8) >>> (4 * half);
        long high = (pairs & 0x03030303) | (long) (pairs >>> 2 & 0x03030303) << 32;
        return low | high << 4;
    }

    static void q4_k(
            MemorySegment data,
            long offset,
            int rows,
            int cols,
            float[] x,
            int xOffset,
            float[] sums,
            int sumsOffset,
            float[] y,
            int yOffset) {
        int blocks = cols / 256;
        for (int row = 0; row < rows; row++) {
            MemorySegment w = data.asSlice(offset + row * 144L * blocks, 144L * blocks);
            FloatVector acc = FloatVector.zero(S);
            float taken = 0;
            for (int block = 0; block < blocks; block++) {
                float d = Float.float16ToFloat(w.get(BlockDecoder.SHORT, 144L * block));
                float dmin = Float.float16ToFloat(w.get(BlockDecoder.SHORT, 144L * block + 2));
                long scales = scales(w, 144L * block + 4);
                long minima = minima(w, 144L * block + 4);
                FloatVector sum = FloatVector.zero(S);
                float minimum = 0;
                for (int pair = 0; pair < 4; pair++) {
                    FloatVector even = FloatVector.zero(S);
                    FloatVector odd = FloatVector.zero(S);
                    int to = xOffset + 256 * block + 64 * pair;
                    for (int l = 0; l < 32; l += STEP) {
                        ByteVector bytes =
                                ByteVector.fromMemorySegment(BYTES, w, 144L * block + 16 + 32 * pair + l, ORDER);

                        IntVector q = (IntVector) bytes.convertShape(VectorOperators.ZERO_EXTEND_B2I, INTS, 0);
                        even = ((FloatVector) q.and(15).convertShape(VectorOperators.I2F, S, 0))
                                .fma(FloatVector.fromArray(S, x, to + l), even);
                        odd = ((FloatVector)
                                        q.lanewise(VectorOperators.LSHR, 4).convertShape(VectorOperators.I2F, S, 0))
                                .fma(FloatVector.fromArray(S, x, to + 32 + l), odd);
                        if (STEP > LANES) {
                            q = (IntVector) bytes.convertShape(VectorOperators.ZERO_EXTEND_B2I, INTS, 1);
                            even = ((FloatVector) q.and(15).convertShape(VectorOperators.I2F, S, 0))
                                    .fma(FloatVector.fromArray(S, x, to + l + LANES), even);
                            odd = ((FloatVector)
                                            q.lanewise(VectorOperators.LSHR, 4).convertShape(VectorOperators.I2F, S, 0))
                                    .fma(FloatVector.fromArray(S, x, to + 32 + l + LANES), odd);
                        }
                    }
                    int scale = (int) (scales >>> (16 * pair));
                    int min = (int) (minima >>> (16 * pair));
                    int group = sumsOffset + 8 * block + 2 * pair;
                    sum = even.fma(FloatVector.broadcast(S, (float) (scale & 63)), sum);
                    sum = odd.fma(FloatVector.broadcast(S, (float) (scale >>> 8 & 63)), sum);
                    minimum = Math.fma((float) (min & 63), sums[group], minimum);
                    minimum = Math.fma((float) (min >>> 8 & 63), sums[group + 1], minimum);
                }
                acc = sum.fma(FloatVector.broadcast(S, d), acc);
                taken = Math.fma(dmin, minimum, taken);
            }
            y[yOffset + row] = VectorSpec.sum(acc) - taken;
        }
    }

    static void q5_k(
            MemorySegment data,
            long offset,
            int rows,
            int cols,
            float[] x,
            int xOffset,
            float[] sums,
            int sumsOffset,
            float[] y,
            int yOffset) {
        int blocks = cols / 256;
        for (int row = 0; row < rows; row++) {
            MemorySegment w = data.asSlice(offset + row * 176L * blocks, 176L * blocks);
            FloatVector acc = FloatVector.zero(S);
            float taken = 0;
            for (int block = 0; block < blocks; block++) {
                float d = Float.float16ToFloat(w.get(BlockDecoder.SHORT, 176L * block));
                float dmin = Float.float16ToFloat(w.get(BlockDecoder.SHORT, 176L * block + 2));
                long scales = scales(w, 176L * block + 4);
                long minima = minima(w, 176L * block + 4);
                FloatVector sum = FloatVector.zero(S);
                float minimum = 0;
                for (int pair = 0; pair < 4; pair++) {
                    FloatVector even = FloatVector.zero(S);
                    FloatVector odd = FloatVector.zero(S);
                    int to = xOffset + 256 * block + 64 * pair;
                    for (int l = 0; l < 32; l += STEP) {
                        ByteVector bytes =
                                ByteVector.fromMemorySegment(BYTES, w, 176L * block + 48 + 32 * pair + l, ORDER);
                        ByteVector fifths = ByteVector.fromMemorySegment(BYTES, w, 176L * block + 16 + l, ORDER);
                        IntVector q = (IntVector) bytes.convertShape(VectorOperators.ZERO_EXTEND_B2I, INTS, 0);
                        IntVector f = (IntVector) fifths.convertShape(VectorOperators.ZERO_EXTEND_B2I, INTS, 0);
                        f = f.lanewise(VectorOperators.LSHL, 4).lanewise(VectorOperators.LSHR, 2 * pair);
                        even = ((FloatVector) q.and(15).or(f.and(16)).convertShape(VectorOperators.I2F, S, 0))
                                .fma(FloatVector.fromArray(S, x, to + l), even);
                        odd = ((FloatVector) q.lanewise(VectorOperators.LSHR, 4)
                                        .or(f.lanewise(VectorOperators.LSHR, 1).and(16))
                                        .convertShape(VectorOperators.I2F, S, 0))
                                .fma(FloatVector.fromArray(S, x, to + 32 + l), odd);
                        if (STEP > LANES) {
                            q = (IntVector) bytes.convertShape(VectorOperators.ZERO_EXTEND_B2I, INTS, 1);
                            f = (IntVector) fifths.convertShape(VectorOperators.ZERO_EXTEND_B2I, INTS, 1);
                            f = f.lanewise(VectorOperators.LSHL, 4).lanewise(VectorOperators.LSHR, 2 * pair);
                            even = ((FloatVector) q.and(15).or(f.and(16)).convertShape(VectorOperators.I2F, S, 0))
                                    .fma(FloatVector.fromArray(S, x, to + l + LANES), even);
                            odd = ((FloatVector) q.lanewise(VectorOperators.LSHR, 4)
                                            .or(f.lanewise(VectorOperators.LSHR, 1)
                                                    .and(16))
                                            .convertShape(VectorOperators.I2F, S, 0))
                                    .fma(FloatVector.fromArray(S, x, to + 32 + l + LANES), odd);
                        }
                    }
                    int scale = (int) (scales >>> (16 * pair));
                    int min = (int) (minima >>> (16 * pair));
                    int group = sumsOffset + 8 * block + 2 * pair;
                    sum = even.fma(FloatVector.broadcast(S, (float) (scale & 63)), sum);
                    sum = odd.fma(FloatVector.broadcast(S, (float) (scale >>> 8 & 63)), sum);
                    minimum = Math.fma((float) (min & 63), sums[group], minimum);
                    minimum = Math.fma((float) (min >>> 8 & 63), sums[group + 1], minimum);
                }
                acc = sum.fma(FloatVector.broadcast(S, d), acc);
                taken = Math.fma(dmin, minimum, taken);
            }
            y[yOffset + row] = VectorSpec.sum(acc) - taken;
        }
    }

    static void q6_k(
            MemorySegment data,
            long offset,
            int rows,
            int cols,
            float[] x,
            int xOffset,
            float[] sums,
            int sumsOffset,
            float[] y,
            int yOffset) {
        int blocks = cols / 256;
        for (int row = 0; row < rows; row++) {
            MemorySegment w = data.asSlice(offset + row * 210L * blocks, 210L * blocks);
            FloatVector acc = FloatVector.zero(S);
            float taken = 0;
            for (int block = 0; block < blocks; block++) {
                float d = Float.float16ToFloat(w.get(BlockDecoder.SHORT, 210L * block + 208));
                FloatVector sum = FloatVector.zero(S);
                float centre = 0;
                for (int part = 0; part < 4; part++) {
                    int half = part / 2;
                    int place = part % 2 * 16;
                    FloatVector a = FloatVector.zero(S);
                    FloatVector b = FloatVector.zero(S);
                    FloatVector c = FloatVector.zero(S);
                    FloatVector e = FloatVector.zero(S);
                    for (int l = place; l < place + 16; l += STEP) {
                        int to = xOffset + 256 * block + 128 * half + l;
                        ByteVector low = ByteVector.fromMemorySegment(BYTES, w, 210L * block + 64 * half + l, ORDER);
                        ByteVector next =
                                ByteVector.fromMemorySegment(BYTES, w, 210L * block + 64 * half + 32 + l, ORDER);
                        ByteVector tops =
                                ByteVector.fromMemorySegment(BYTES, w, 210L * block + 128 + 32 * half + l, ORDER);
                        IntVector q = (IntVector) low.convertShape(VectorOperators.ZERO_EXTEND_B2I, INTS, 0);
                        IntVector r = (IntVector) next.convertShape(VectorOperators.ZERO_EXTEND_B2I, INTS, 0);
                        IntVector t = (IntVector) tops.convertShape(VectorOperators.ZERO_EXTEND_B2I, INTS, 0);
                        a = ((FloatVector) q.and(15)
                                        .or(t.lanewise(VectorOperators.LSHL, 4).and(48))
                                        .convertShape(VectorOperators.I2F, S, 0))
                                .fma(FloatVector.fromArray(S, x, to), a);
                        b = ((FloatVector) r.and(15)
                                        .or(t.lanewise(VectorOperators.LSHL, 2).and(48))
                                        .convertShape(VectorOperators.I2F, S, 0))
                                .fma(FloatVector.fromArray(S, x, to + 32), b);
                        c = ((FloatVector) q.lanewise(VectorOperators.LSHR, 4)
                                        .or(t.and(48))
                                        .convertShape(VectorOperators.I2F, S, 0))
                                .fma(FloatVector.fromArray(S, x, to + 64), c);
                        e = ((FloatVector) r.lanewise(VectorOperators.LSHR, 4)
                                        .or(t.lanewise(VectorOperators.LSHR, 2).and(48))
                                        .convertShape(VectorOperators.I2F, S, 0))
                                .fma(FloatVector.fromArray(S, x, to + 96), e);
                        if (STEP > LANES) {
                            q = (IntVector) low.convertShape(VectorOperators.ZERO_EXTEND_B2I, INTS, 1);
                            r = (IntVector) next.convertShape(VectorOperators.ZERO_EXTEND_B2I, INTS, 1);
                            t = (IntVector) tops.convertShape(VectorOperators.ZERO_EXTEND_B2I, INTS, 1);
                            a = ((FloatVector) q.and(15)
                                            .or(t.lanewise(VectorOperators.LSHL, 4)
                                                    .and(48))
                                            .convertShape(VectorOperators.I2F, S, 0))
                                    .fma(FloatVector.fromArray(S, x, to + LANES), a);
                            b = ((FloatVector) r.and(15)
                                            .or(t.lanewise(VectorOperators.LSHL, 2)
                                                    .and(48))
                                            .convertShape(VectorOperators.I2F, S, 0))
                                    .fma(FloatVector.fromArray(S, x, to + 32 + LANES), b);
                            c = ((FloatVector) q.lanewise(VectorOperators.LSHR, 4)
                                            .or(t.and(48))
                                            .convertShape(VectorOperators.I2F, S, 0))
                                    .fma(FloatVector.fromArray(S, x, to + 64 + LANES), c);
                            e = ((FloatVector) r.lanewise(VectorOperators.LSHR, 4)
                                            .or(t.lanewise(VectorOperators.LSHR, 2)
                                                    .and(48))
                                            .convertShape(VectorOperators.I2F, S, 0))
                                    .fma(FloatVector.fromArray(S, x, to + 96 + LANES), e);
                        }
                    }
                    long scales = w.get(LONG, 210L * block + 192 + 8 * half) >>> (part % 2 * 8);
                    sum = a.fma(FloatVector.broadcast(S, (float) (byte) (scales >>> 0)), sum);
                    sum = b.fma(FloatVector.broadcast(S, (float) (byte) (scales >>> 16)), sum);
                    sum = c.fma(FloatVector.broadcast(S, (float) (byte) (scales >>> 32)), sum);
                    sum = e.fma(FloatVector.broadcast(S, (float) (byte) (scales >>> 48)), sum);
                    int group = sumsOffset + 16 * block + 8 * half + part % 2;
                    centre = Math.fma((float) (byte) (scales >>> 0), sums[group + 0], centre);
                    centre = Math.fma((float) (byte) (scales >>> 16), sums[group + 2], centre);
                    centre = Math.fma((float) (byte) (scales >>> 32), sums[group + 4], centre);
                    centre = Math.fma((float) (byte) (scales >>> 48), sums[group + 6], centre);
                }
                acc = sum.fma(FloatVector.broadcast(S, d), acc);
                taken = Math.fma(d, centre, taken);
            }
            y[yOffset + row] = VectorSpec.sum(acc) - 32 * taken;
        }
    }

    static void q2_k(
            MemorySegment data,
            long offset,
            int rows,
            int cols,
            float[] x,
            int xOffset,
            float[] sums,
            int sumsOffset,
            float[] y,
            int yOffset) {
        int blocks = cols / 256;
        for (int row = 0; row < rows; row++) {
            MemorySegment w = data.asSlice(offset + row * 84L * blocks, 84L * blocks);
            FloatVector acc = FloatVector.zero(S);
            float taken = 0;
            for (int block = 0; block < blocks; block++) {
                float d = Float.float16ToFloat(w.get(BlockDecoder.SHORT, 84L * block + 80));
                float dmin = Float.float16ToFloat(w.get(BlockDecoder.SHORT, 84L * block + 82));
                FloatVector sum = FloatVector.zero(S);
                float centre = 0;
                for (int part = 0; part < 4; part++) {
                    int half = part / 2;
                    int place = part % 2 * 16;
                    FloatVector a = FloatVector.zero(S);
                    FloatVector b = FloatVector.zero(S);
                    FloatVector c = FloatVector.zero(S);
                    FloatVector e = FloatVector.zero(S);
                    for (int l = place; l < place + 16; l += STEP) {
                        int to = xOffset + 256 * block + 128 * half + l;
                        ByteVector bytes =
                                ByteVector.fromMemorySegment(BYTES, w, 84L * block + 16 + 32 * half + l, ORDER);
                        IntVector q = (IntVector) bytes.convertShape(VectorOperators.ZERO_EXTEND_B2I, INTS, 0);
                        a = ((FloatVector) q.and(3).convertShape(VectorOperators.I2F, S, 0))
                                .fma(FloatVector.fromArray(S, x, to), a);
                        b = ((FloatVector) q.lanewise(VectorOperators.LSHR, 2)
                                        .and(3)
                                        .convertShape(VectorOperators.I2F, S, 0))
                                .fma(FloatVector.fromArray(S, x, to + 32), b);
                        c = ((FloatVector) q.lanewise(VectorOperators.LSHR, 4)
                                        .and(3)
                                        .convertShape(VectorOperators.I2F, S, 0))
                                .fma(FloatVector.fromArray(S, x, to + 64), c);
                        e = ((FloatVector) q.lanewise(VectorOperators.LSHR, 6).convertShape(VectorOperators.I2F, S, 0))
                                .fma(FloatVector.fromArray(S, x, to + 96), e);
                        if (STEP > LANES) {
                            q = (IntVector) bytes.convertShape(VectorOperators.ZERO_EXTEND_B2I, INTS, 1);
                            a = ((FloatVector) q.and(3).convertShape(VectorOperators.I2F, S, 0))
                                    .fma(FloatVector.fromArray(S, x, to + LANES), a);
                            b = ((FloatVector) q.lanewise(VectorOperators.LSHR, 2)
                                            .and(3)
                                            .convertShape(VectorOperators.I2F, S, 0))
                                    .fma(FloatVector.fromArray(S, x, to + 32 + LANES), b);
                            c = ((FloatVector) q.lanewise(VectorOperators.LSHR, 4)
                                            .and(3)
                                            .convertShape(VectorOperators.I2F, S, 0))
                                    .fma(FloatVector.fromArray(S, x, to + 64 + LANES), c);
                            e = ((FloatVector)
                                            q.lanewise(VectorOperators.LSHR, 6).convertShape(VectorOperators.I2F, S, 0))
                                    .fma(FloatVector.fromArray(S, x, to + 96 + LANES), e);
                        }
                    }
                    long scales = w.get(LONG, 84L * block + 8 * half) >>> (part % 2 * 8);
                    sum = a.fma(FloatVector.broadcast(S, (float) (scales >>> 0 & 15)), sum);
                    sum = b.fma(FloatVector.broadcast(S, (float) (scales >>> 16 & 15)), sum);
                    sum = c.fma(FloatVector.broadcast(S, (float) (scales >>> 32 & 15)), sum);
                    sum = e.fma(FloatVector.broadcast(S, (float) (scales >>> 48 & 15)), sum);
                    int group = sumsOffset + 16 * block + 8 * half + part % 2;
                    centre = Math.fma((float) (scales >>> 4 & 15), sums[group + 0], centre);
                    centre = Math.fma((float) (scales >>> 20 & 15), sums[group + 2], centre);
                    centre = Math.fma((float) (scales >>> 36 & 15), sums[group + 4], centre);
                    centre = Math.fma((float) (scales >>> 52 & 15), sums[group + 6], centre);
                }
                acc = sum.fma(FloatVector.broadcast(S, d), acc);
                taken = Math.fma(dmin, centre, taken);
            }
            y[yOffset + row] = VectorSpec.sum(acc) - taken;
        }
    }

    static void q3_k(
            MemorySegment data,
            long offset,
            int rows,
            int cols,
            float[] x,
            int xOffset,
            float[] sums,
            int sumsOffset,
            float[] y,
            int yOffset) {
        int blocks = cols / 256;
        for (int row = 0; row < rows; row++) {
            MemorySegment w = data.asSlice(offset + row * 110L * blocks, 110L * blocks);
            FloatVector acc = FloatVector.zero(S);
            float taken = 0;
            for (int block = 0; block < blocks; block++) {
                float d = Float.float16ToFloat(w.get(BlockDecoder.SHORT, 110L * block + 108));
                FloatVector sum = FloatVector.zero(S);
                float centre = 0;
                for (int part = 0; part < 4; part++) {
                    int half = part / 2;
                    int place = part % 2 * 16;
                    FloatVector a = FloatVector.zero(S);
                    FloatVector b = FloatVector.zero(S);
                    FloatVector c = FloatVector.zero(S);
                    FloatVector e = FloatVector.zero(S);
                    for (int l = place; l < place + 16; l += STEP) {
                        int to = xOffset + 256 * block + 128 * half + l;
                        ByteVector bytes =
                                ByteVector.fromMemorySegment(BYTES, w, 110L * block + 32 + 32 * half + l, ORDER);
                        ByteVector thirds = ByteVector.fromMemorySegment(BYTES, w, 110L * block + l, ORDER);
                        IntVector q = (IntVector) bytes.convertShape(VectorOperators.ZERO_EXTEND_B2I, INTS, 0);
                        IntVector t = (IntVector) thirds.convertShape(VectorOperators.ZERO_EXTEND_B2I, INTS, 0);
                        t = t.lanewise(VectorOperators.LSHR, 4 * half);
                        a = ((FloatVector) q.and(3)
                                        .or(t.lanewise(VectorOperators.LSHL, 2).and(4))
                                        .convertShape(VectorOperators.I2F, S, 0))
                                .fma(FloatVector.fromArray(S, x, to), a);
                        b = ((FloatVector) q.lanewise(VectorOperators.LSHR, 2)
                                        .and(3)
                                        .or(t.lanewise(VectorOperators.LSHL, 1).and(4))
                                        .convertShape(VectorOperators.I2F, S, 0))
                                .fma(FloatVector.fromArray(S, x, to + 32), b);
                        c = ((FloatVector) q.lanewise(VectorOperators.LSHR, 4)
                                        .and(3)
                                        .or(t.and(4))
                                        .convertShape(VectorOperators.I2F, S, 0))
                                .fma(FloatVector.fromArray(S, x, to + 64), c);
                        e = ((FloatVector) q.lanewise(VectorOperators.LSHR, 6)
                                        .or(t.lanewise(VectorOperators.LSHR, 1).and(4))
                                        .convertShape(VectorOperators.I2F, S, 0))
                                .fma(FloatVector.fromArray(S, x, to + 96), e);
                        if (STEP > LANES) {
                            q = (IntVector) bytes.convertShape(VectorOperators.ZERO_EXTEND_B2I, INTS, 1);
                            t = (IntVector) thirds.convertShape(VectorOperators.ZERO_EXTEND_B2I, INTS, 1);
                            t = t.lanewise(VectorOperators.LSHR, 4 * half);
                            a = ((FloatVector) q.and(3)
                                            .or(t.lanewise(VectorOperators.LSHL, 2)
                                                    .and(4))
                                            .convertShape(VectorOperators.I2F, S, 0))
                                    .fma(FloatVector.fromArray(S, x, to + LANES), a);
                            b = ((FloatVector) q.lanewise(VectorOperators.LSHR, 2)
                                            .and(3)
                                            .or(t.lanewise(VectorOperators.LSHL, 1)
                                                    .and(4))
                                            .convertShape(VectorOperators.I2F, S, 0))
                                    .fma(FloatVector.fromArray(S, x, to + 32 + LANES), b);
                            c = ((FloatVector) q.lanewise(VectorOperators.LSHR, 4)
                                            .and(3)
                                            .or(t.and(4))
                                            .convertShape(VectorOperators.I2F, S, 0))
                                    .fma(FloatVector.fromArray(S, x, to + 64 + LANES), c);
                            e = ((FloatVector) q.lanewise(VectorOperators.LSHR, 6)
                                            .or(t.lanewise(VectorOperators.LSHR, 1)
                                                    .and(4))
                                            .convertShape(VectorOperators.I2F, S, 0))
                                    .fma(FloatVector.fromArray(S, x, to + 96 + LANES), e);
                        }
                    }
                    long scales = scales3(w, 110L * block + 96, half) >>> (part % 2 * 8);
                    sum = a.fma(FloatVector.broadcast(S, (float) ((scales >>> 0 & 63) - 32)), sum);
                    sum = b.fma(FloatVector.broadcast(S, (float) ((scales >>> 16 & 63) - 32)), sum);
                    sum = c.fma(FloatVector.broadcast(S, (float) ((scales >>> 32 & 63) - 32)), sum);
                    sum = e.fma(FloatVector.broadcast(S, (float) ((scales >>> 48 & 63) - 32)), sum);
                    int group = sumsOffset + 16 * block + 8 * half + part % 2;
                    centre = Math.fma((float) ((scales >>> 0 & 63) - 32), sums[group + 0], centre);
                    centre = Math.fma((float) ((scales >>> 16 & 63) - 32), sums[group + 2], centre);
                    centre = Math.fma((float) ((scales >>> 32 & 63) - 32), sums[group + 4], centre);
                    centre = Math.fma((float) ((scales >>> 48 & 63) - 32), sums[group + 6], centre);
                }
                acc = sum.fma(FloatVector.broadcast(S, d), acc);
                taken = Math.fma(d, centre, taken);
            }
            y[yOffset + row] = VectorSpec.sum(acc) - 4 * taken;
        }
    }
}
