package dev.tarn.policy;

/** The lanes by their latest visit. Decoding walks all lanes in turn, so of n lanes the one visited j visits ago is visited again in n - j. */
final class LaneOrder {
    private final SlotLists order;
    private final boolean[] known;
    private int size;

    LaneOrder(int lanes) {
        order = new SlotLists(lanes, 1);
        known = new boolean[lanes];
    }

    int size() {
        return size;
    }

    boolean has(int lane) {
        return known[lane];
    }

    /** Makes a lane the latest visited. */
    void visit(int lane) {
        leave(lane);
        known[lane] = true;
        size++;
        order.addNewest(0, lane);
    }

    /** Takes a lane out that will not be visited again. */
    void leave(int lane) {
        if (known[lane]) {
            known[lane] = false;
            size--;
            order.remove(lane);
        }
    }

    /** The lane visited last, or the end if there is none. */
    int latest() {
        return order.newest(0);
    }

    /** The lane visited before this one, or the end. */
    int before(int lane) {
        return order.older(lane);
    }

    boolean isEnd(int lane) {
        return order.isEnd(lane);
    }
}
