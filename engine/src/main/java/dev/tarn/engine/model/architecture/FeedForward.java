package dev.tarn.engine.model.architecture;

/** The MLP of a layer. */
public sealed interface FeedForward {
    /**
     * One gated MLP: down(activation(gate x) · up x).
     *
     * @param size floats between the two halves
     */
    record Dense(int size) implements FeedForward {}

    /**
     * A mixture of gated MLPs, of which each token uses a few.
     *
     * @param count experts
     * @param used experts that a token goes through
     * @param size floats between the two halves of an expert
     * @param sharedSize the same of the MLP that every token goes through beside its experts, 0 where there is none
     * @param routing how a token chooses
     */
    record Experts(int count, int used, int size, int sharedSize, Routing routing) implements FeedForward {}

    /**
     * How router logits become experts and weights.
     *
     * @param sigmoid whether scores are sigmoids of the logits with a correction bias added for the choice (DeepSeek-V3, section
     *     2.1.2), else softmax over all experts
     * @param groups groups of consecutive experts; only experts of the best groups can be chosen
     * @param usedGroups how many groups that is; a group's score is the sum of its two best experts'
     * @param normalise whether the weights of the chosen experts are divided by their sum
     * @param scale what weights are multiplied by at the end
     */
    record Routing(boolean sigmoid, int groups, int usedGroups, boolean normalise, float scale) {}
}
