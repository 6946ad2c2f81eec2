package dev.tarn.engine.model;

import dev.tarn.engine.compute.Backend;
import dev.tarn.engine.kv.KvCache;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Arrays;

/** A backend whose index scores lean towards the positions that another program chose, where they tie at the edge of the budget. */
final class TiedScores {
    private TiedScores() {}

    /** What the other program chose in a layer for position {@code t}; entries after t are arbitrary there and left out. */
    static int[] chosen(Golden golden, int layer, int t) {
        int[] all = golden.ints("selected." + layer);
        int k = all.length / golden.ints("input_ids").length;
        return Arrays.stream(all, t * k, (t + 1) * k).filter(s -> s <= t).toArray();
    }

    static Backend towards(Golden golden, Backend backend) {
        return (Backend) Proxy.newProxyInstance(
                Backend.class.getClassLoader(), new Class<?>[] {Backend.class}, (_, method, arguments) -> {
                    try {
                        Object result = method.invoke(backend, arguments);
                        if (method.getName().equals("indexScores") && arguments[0] instanceof KvCache) {
                            int count = (int) arguments[5];
                            raise((float[]) arguments[6], count, chosen(golden, (int) arguments[1], count - 1));
                        }
                        return result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    /** Raises the chosen positions whose score is the k-th largest by one ulp. */
    private static void raise(float[] scores, int count, int[] chosen) {
        float[] sorted = Arrays.copyOf(scores, count);
        Arrays.sort(sorted);
        float edge = sorted[count - chosen.length];
        for (int s : chosen) {
            if (scores[s] == edge) {
                scores[s] = Math.nextUp(edge + 0f);
            }
        }
    }
}
