package io.policyengine.core.policy;

import io.policyengine.core.instruction.DenialCode;
import java.util.List;

/**
 * Creates instances of one policy. The standard policies are listed in code; {@link java.util.ServiceLoader} finds all
 * others.
 *
 * @param <P> the record that the parameters are bound to; its components are the parameter schema
 */
public interface PolicyFactory<P extends Record> {
    /**
     * Returns the policy's descriptor, which must never change. The default is the {@link Descriptor} of the factory's
     * class.
     *
     * @throws IllegalStateException if the class has no {@link Descriptor}
     */
    default PolicyDescriptor descriptor() {
        return DescriptorReader.descriptor(getClass());
    }

    /**
     * Returns the record whose components are the parameter schema, see {@link io.policyengine.core.params.Doc}. The
     * default is the type argument of this interface in the factory's class.
     *
     * @throws IllegalStateException if the class does not name the record
     */
    @SuppressWarnings("unchecked") // the type argument of the class is P
    default Class<P> paramsType() {
        return (Class<P>) DescriptorReader.paramsType(getClass());
    }

    /**
     * Returns the part of this phase's body that the policy needs with these parameters. Must not exceed the need in
     * the descriptor.
     */
    default BodyNeed bodyNeed(P params, Phase phase) {
        return descriptor().bodyNeed(phase);
    }

    /**
     * Returns whether the policy reads the request body in the response phase with these parameters. May be true only
     * if it is true in the descriptor.
     */
    default boolean keepsRequestBody(P params) {
        return descriptor().keepsRequestBody();
    }

    /**
     * Rejects parameters that are useless in this phase. Called before {@link #create}.
     *
     * @throws InvalidParamsException with the problems
     */
    default void check(P params, Phase phase) {}

    /**
     * Returns the facts of an entry with these parameters, for checks of the entry's chain: the descriptor's facts and
     * those that depend on the parameters. Called only with parameters that {@link #create} accepted.
     */
    default EntryFacts facts(P params, Phase phase) {
        return EntryFacts.of(descriptor().facts());
    }

    /**
     * Returns the codes with which the policy may deny, regardless of its parameters. By default, these are the codes
     * of the {@link Descriptor}; empty without a descriptor.
     */
    default List<DenialCode> denialCodes() {
        return DescriptorReader.denialCodes(getClass());
    }

    /**
     * Returns whether an entry with these parameters may deny with this code. By default, true for
     * {@link #denialCodes()}. A policy whose parameters define further codes must override this method.
     */
    default boolean deniesWith(String code, P params) {
        return denialCodes().stream().anyMatch(declared -> declared.name().equals(code));
    }

    /**
     * Creates the instance for one chain entry. All event loops of the process call the instance, so it must be
     * immutable. Its state comes from {@code env}.
     *
     * @throws InvalidParamsException if the parameters are invalid although they match the schema
     */
    Policy create(P params, PolicyEnvironment env);
}
