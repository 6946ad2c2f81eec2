package dev.tarn.sim.access;

import java.util.Arrays;
import java.util.List;

/** Numbers the lanes that share a pool as {@link Lanes} says. */
final class LaneNumbers {
    private final List<Lane> lanes;
    private final int[] layers;
    private final int[] requests;
    private final int[] numbers;

    /** The lanes of a trace, and the indices of those that share the pool. */
    LaneNumbers(List<Lane> lanes, List<Integer> members) {
        this.lanes = lanes;
        layers = members.stream()
                .mapToInt(i -> lanes.get(i).layer())
                .distinct()
                .sorted()
                .toArray();
        requests = members.stream()
                .mapToInt(i -> lanes.get(i).request())
                .distinct()
                .sorted()
                .toArray();
        numbers = new int[lanes.size()];
        members.forEach(member -> numbers[member] = number(member));
    }

    private int number(int member) {
        Lane lane = lanes.get(member);
        return Arrays.binarySearch(requests, lane.request()) * layers.length
                + Arrays.binarySearch(layers, lane.layer());
    }

    int layers() {
        return layers.length;
    }

    int sequences() {
        return requests.length;
    }

    /** The number of a member. */
    int of(int member) {
        return numbers[member];
    }
}
