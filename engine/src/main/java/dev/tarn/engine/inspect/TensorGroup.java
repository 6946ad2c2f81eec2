package dev.tarn.engine.inspect;

import dev.tarn.engine.format.TensorFile;
import dev.tarn.engine.format.TensorType;
import dev.tarn.engine.format.TensorView;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The tensors of one class that are stored in one type.
 *
 * @param tensorClass what they are for
 * @param type how they are stored
 * @param tensors how many
 * @param parameters their elements
 * @param bytes what they take in the file
 */
public record TensorGroup(TensorClass tensorClass, TensorType type, int tensors, long parameters, long bytes) {
    /** The tensors of a file by class and type, in the order of the two enums. */
    public static List<TensorGroup> of(TensorFile file) {
        record Key(TensorClass tensorClass, TensorType type) {}
        Map<Key, TensorGroup> groups = new LinkedHashMap<>();
        for (String name : file.names()) {
            TensorView view = file.tensor(name);
            TensorGroup one = new TensorGroup(
                    TensorClass.of(name),
                    view.type(),
                    1,
                    view.elements(),
                    view.data().byteSize());
            groups.merge(new Key(one.tensorClass, one.type), one, TensorGroup::plus);
        }
        List<TensorGroup> sorted = new ArrayList<>(groups.values());
        sorted.sort(Comparator.comparing(TensorGroup::tensorClass).thenComparing(TensorGroup::type));
        return List.copyOf(sorted);
    }

    private TensorGroup plus(TensorGroup other) {
        return new TensorGroup(
                tensorClass, type, tensors + other.tensors, parameters + other.parameters, bytes + other.bytes);
    }
}
