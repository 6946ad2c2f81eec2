package dev.tarn.sim.replay;

import dev.tarn.sim.access.AccessStream;
import java.util.Arrays;

/**
 * For each access and each uncounted arrival, where the same entry is next hit or missed. An entry whose next event is
 * its own arrival has none: it comes for free then, so keeping it until then buys nothing.
 *
 * @param ofAccess by index of the access
 * @param ofOwn by batch, for the entry that arrives after it
 */
record NextUse(int[] ofAccess, int[] ofOwn) {
    static final int NONE = -1;

    /** One pass, backward. */
    static NextUse of(AccessStream stream) {
        int[] following = new int[stream.universe()];
        Arrays.fill(following, NONE);
        int[] ofAccess = new int[stream.accesses()];
        int[] ofOwn = new int[stream.batches()];
        for (int batch = stream.batches() - 1; batch >= 0; batch--) {
            int own = stream.own()[batch];
            if (own != AccessStream.NO_ENTRY) {
                ofOwn[batch] = following[own];
                following[own] = NONE;
            } else {
                ofOwn[batch] = NONE;
            }
            for (int i = stream.offsets()[batch + 1] - 1; i >= stream.offsets()[batch]; i--) {
                int id = stream.ids()[i];
                ofAccess[i] = following[id];
                following[id] = i;
            }
        }
        return new NextUse(ofAccess, ofOwn);
    }
}
