package io.policyengine.core.policy;

/**
 * Creates instances of one policy. Standard policies are listed in one place; others are found by {@link
 * java.util.ServiceLoader}.
 *
 * @param <P> the record that the parameters are bound to; its components are the parameter schema
 */
public interface PolicyFactory<P extends Record> {
    /**
     * Returns the policy's descriptor, always the same; by default the {@link Descriptor} of the factory's class.
     *
     * @throws IllegalStateException if the class has none
     */
    default PolicyDescriptor descriptor() {
        return DescriptorReader.descriptor(getClass());
    }

    /**
     * Returns the record whose components are the parameter schema, see {@link io.policyengine.core.params.Doc}. The
     * default is the type argument of this interface in the factory's class.
     *
     * @throws IllegalStateException if the class names none
     */
    @SuppressWarnings("unchecked") // the type argument of the class is P
    default Class<P> paramsType() {
        return (Class<P>) DescriptorReader.paramsType(getClass());
    }

    /** Returns the need of this phase's body with these parameters; at most the descriptor's. */
    default BodyNeed bodyNeed(P params, Phase phase) {
        return descriptor().bodyNeed(phase);
    }

    /** True if the response phase reads the request's body with these parameters; only if the descriptor says so. */
    default boolean keepsRequestBody(P params) {
        return descriptor().keepsRequestBody();
    }

    /**
     * Refuses parameters that have no effect or no meaning in this phase. Called before {@link #create}.
     *
     * @throws InvalidParamsException with the problems
     */
    default void check(P params, Phase phase) {}

    /**
     * Returns the facts of a use with these parameters, for checks of its chain: those of the descriptor and those that
     * depend on the parameters. Called only with parameters that {@link #create} accepted.
     */
    default EntryFacts facts(P params, Phase phase) {
        return EntryFacts.of(descriptor().facts());
    }

    /**
     * Creates an instance for one entry of a chain in this process, called from every event loop and so immutable. Its
     * state comes from {@code env}.
     *
     * @throws InvalidParamsException if the parameters are well-formed but invalid
     */
    Policy create(P params, PolicyEnvironment env);
}
