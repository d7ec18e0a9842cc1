package io.policyengine.core.policy;

import io.policyengine.core.instruction.DenialCode;
import io.policyengine.core.instruction.DenialCodes;
import io.policyengine.core.params.Doc;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.type.TypeFactory;

/** Reads a policy's {@link Descriptor} and parameter record from the class of the policy's factory, once per class. */
final class DescriptorReader {
    private static final TypeFactory TYPES = TypeFactory.createDefaultInstance();

    private static final ClassValue<PolicyDescriptor> DESCRIPTORS = new ClassValue<>() {
        @Override
        protected PolicyDescriptor computeValue(Class<?> factory) {
            return read(factory);
        }
    };

    private static final ClassValue<Class<? extends Record>> PARAMS = new ClassValue<>() {
        @Override
        protected Class<? extends Record> computeValue(Class<?> factory) {
            Class<?> type = TYPES.constructType(factory)
                    .findTypeParameters(PolicyFactory.class)[0]
                    .getRawClass();
            if (!type.isRecord()) {
                throw new IllegalStateException(
                        "its class does not say which record its parameters are: let it implement"
                                + " PolicyFactory<RECORD>, or override paramsType()");
            }
            return type.asSubclass(Record.class);
        }
    };

    private static final ClassValue<List<DenialCode>> CODES = new ClassValue<>() {
        @Override
        protected List<DenialCode> computeValue(Class<?> factory) {
            return readCodes(factory);
        }
    };

    private DescriptorReader() {}

    /**
     * Returns the descriptor of the factory's policy.
     *
     * @throws IllegalStateException if the class has no {@link Descriptor}
     */
    static PolicyDescriptor descriptor(Class<?> factory) {
        return DESCRIPTORS.get(factory);
    }

    /**
     * Returns the record of the policy's parameters: the type argument of {@link PolicyFactory}.
     *
     * @throws IllegalStateException if the class does not name the record
     */
    static Class<? extends Record> paramsType(Class<?> factory) {
        return PARAMS.get(factory);
    }

    /**
     * Returns the codes of the enumerations that the {@link Descriptor} names; empty without a descriptor.
     *
     * @throws IllegalStateException if one of them is not an enumeration, or a code is illegal or declared twice
     */
    static List<DenialCode> denialCodes(Class<?> factory) {
        return CODES.get(factory);
    }

    private static List<DenialCode> readCodes(Class<?> factory) {
        Descriptor stated = factory.getAnnotation(Descriptor.class);
        if (stated == null) {
            return List.of();
        }
        Map<String, DenialCode> codes = new LinkedHashMap<>();
        for (Class<? extends DenialCode> type : stated.codes()) {
            DenialCode[] constants = type.getEnumConstants();
            if (constants == null) {
                throw new IllegalStateException(
                        type.getName() + " in the codes of its @Descriptor is not an enumeration");
            }
            for (DenialCode code : constants) {
                if (DenialCodes.legalOrNull(code.name()) == null || codes.put(code.name(), code) != null) {
                    throw new IllegalStateException("the code " + code.name() + " in its @Descriptor is illegal or "
                            + "declared twice: use [A-Z0-9_], at most " + DenialCodes.MAX_LENGTH + " characters");
                }
            }
        }
        return List.copyOf(codes.values());
    }

    private static PolicyDescriptor read(Class<?> factory) {
        Descriptor stated = factory.getAnnotation(Descriptor.class);
        if (stated == null) {
            throw new IllegalStateException(
                    "its class does not say what the policy is: annotate it with @Descriptor, or override"
                            + " descriptor()");
        }
        return new PolicyDescriptor(
                stated.name(),
                stated.version(),
                stated.family(),
                stated.summary().isEmpty() ? summary(paramsType(factory)) : stated.summary(),
                Set.of(stated.phases()),
                stated.requestBody(),
                stated.responseBody(),
                Set.of(stated.facts()),
                stated.endAccuracy(),
                stated.keepsRequestBody());
    }

    private static String summary(Class<? extends Record> params) {
        Doc doc = params.getAnnotation(Doc.class);
        if (doc == null) {
            throw new IllegalStateException("its @Descriptor has no summary, and " + params.getSimpleName()
                    + " has no @Doc that could be one: give either");
        }
        return doc.value();
    }
}
