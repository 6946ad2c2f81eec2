package dev.tarn.policy;

import java.util.Arrays;

/** Where a policy works: a run of the pool's slots. The rooms of one pool share the tables by id, as no id is in two of them. */
final class Room {
    static final int NONE = -1;

    private final PoolShape shape;
    private final int firstSlot;
    private final Tables tables;

    /** The whole pool. */
    Room(PoolShape shape) {
        this(shape, 0, new Tables(shape.universe()));
    }

    private Room(PoolShape shape, int firstSlot, Tables tables) {
        this.shape = shape;
        this.firstSlot = firstSlot;
        this.tables = tables;
    }

    /** One layer's even share, of all sequences; what remains goes to the lowest layers, one slot each. */
    Room ofLayer(int layer) {
        int layers = shape.layers();
        int share = shape.capacity() / layers;
        int rest = shape.capacity() % layers;
        int slots = share + (layer < rest ? 1 : 0);
        int first = firstSlot + layer * share + Math.min(layer, rest);
        return new Room(new PoolShape(slots, shape.universe(), 1, shape.sequences()), first, tables);
    }

    /** The same slots seen as pages of so many: a room of its own, without tables in common. */
    Room ofPages(int page) {
        return new Room(new PoolShape(
                shape.capacity() / page, Math.ceilDiv(shape.universe(), page), shape.layers(), shape.sequences()));
    }

    PoolShape shape() {
        return shape;
    }

    int capacity() {
        return shape.capacity();
    }

    /** The pool's number of this room's slot 0. */
    int firstSlot() {
        return firstSlot;
    }

    /** By id: its slot in the pool, or {@link #NONE}. */
    int[] slotOf() {
        return tables.slotOf;
    }

    /** By id: its node among the ghosts of its room, or {@link #NONE}. Made for the first who asks. */
    int[] ghostOf() {
        if (tables.ghostOf.length == 0) {
            tables.ghostOf = new int[shape.universe()];
            Arrays.fill(tables.ghostOf, NONE);
        }
        return tables.ghostOf;
    }

    private static final class Tables {
        final int[] slotOf;
        int[] ghostOf = new int[0];

        Tables(int universe) {
            slotOf = new int[universe];
            Arrays.fill(slotOf, NONE);
        }
    }
}
