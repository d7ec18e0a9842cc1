package io.policyengine.worker;

import io.policyengine.core.config.PolicySettings;
import io.policyengine.core.error.Faults;
import io.policyengine.core.log.LogFields;
import io.policyengine.core.params.BoundParams;
import io.policyengine.core.params.JudgedSchema;
import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.params.ParamsBinder;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.EndAccuracy;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyDescriptor;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.core.worker.DeclaredPolicy;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/** A policy that can be bound to parameters of type {@code P}. */
final class RegisteredPolicy<P extends Record> {
    private static final Logger LOG = LoggerFactory.getLogger(RegisteredPolicy.class);
    private static final Pattern NAME = Pattern.compile("[a-z][A-Za-z0-9]*");

    private final PolicyFactory<P> factory;
    private final PolicyDescriptor descriptor;
    private final ParamsBinder<P> binder;

    private RegisteredPolicy(PolicyFactory<P> factory, PolicyDescriptor descriptor, ParamsBinder<P> binder) {
        this.factory = factory;
        this.descriptor = descriptor;
        this.binder = binder;
    }

    static <P extends Record> RegisteredPolicy<P> of(PolicyFactory<P> factory) {
        PolicyDescriptor descriptor = factory.descriptor();
        String of = nameOf(factory);
        if (!NAME.matcher(descriptor.name()).matches()) {
            throw new IllegalArgumentException("the policy of " + of + " is named '" + descriptor.name()
                    + "': a name has letters and digits and starts with a lower-case letter");
        }
        if (descriptor.phases().isEmpty()) {
            throw new IllegalArgumentException("the policy of " + of + " has no phase");
        }
        if (descriptor.keepsRequestBody() && !descriptor.phases().contains(Phase.RESPONSE)) {
            throw new IllegalArgumentException("the policy of " + of
                    + " keeps the request's body for the response phase, but has no response" + " phase");
        }
        return new RegisteredPolicy<>(factory, descriptor, ParamsBinder.ofPolicy(factory.paramsType()));
    }

    String name() {
        return descriptor.name();
    }

    String factoryName() {
        return nameOf(factory);
    }

    static String nameOf(PolicyFactory<?> factory) {
        return factory.getClass().getName() + " (" + PolicyServices.jarOf(factory.getClass()) + ")";
    }

    String packagePrefix() {
        return factory.getClass().getPackageName() + ".";
    }

    boolean wantsEnd() {
        return descriptor.endAccuracy() != EndAccuracy.NONE;
    }

    boolean injectsFaults() {
        return descriptor.facts().contains(Fact.INJECTS_FAULTS);
    }

    /**
     * Returns the declaration of the policy for a worker with these settings. A parameter that the settings provide is
     * optional in entries.
     */
    DeclaredPolicy declared(PolicySettings settings) {
        if (settings.names().isEmpty()) {
            return new DeclaredPolicy(descriptor, binder.schema(), binder.judged());
        }
        ObjectNode schema = binder.schemaWithout(settings.names());
        return new DeclaredPolicy(descriptor, schema, JudgedSchema.of(schema));
    }

    /** Returns all problems of the policy's settings. Entries are not considered. */
    List<ParamProblem> check(PolicySettings settings) {
        return binder.bind(settings.values()) instanceof BoundParams.Invalid<P>(List<ParamProblem> problems)
                ? problems.stream().filter(problem -> !problem.isMissingParam()).toList()
                : List.of();
    }

    /** Creates an instance of the policy for one entry. May block because policies read files. */
    Binding bindBlocking(ObjectNode params, PolicySettings settings, Phase phase, PolicyEnvironment environment) {
        if (!descriptor.phases().contains(phase)) {
            return invalid("the policy " + name() + " has nothing to do in the "
                    + phase.name().toLowerCase(Locale.ROOT) + " phase");
        }
        ObjectNode written = settings.under(params);
        return switch (binder.bind(written)) {
            case BoundParams.Invalid<P>(List<ParamProblem> problems) -> new Binding.Refused(problems);
            case BoundParams.Ok<P>(P value) -> create(value, written, phase, environment);
        };
    }

    private Binding create(P params, ObjectNode written, Phase phase, PolicyEnvironment environment) {
        try {
            factory.check(params, phase);
            return new Binding.Made(
                    factory.create(params, environment),
                    factory.bodyNeed(params, phase),
                    phase == Phase.RESPONSE && factory.keepsRequestBody(params),
                    factory.facts(params, phase));
        } catch (InvalidParamsException refused) {
            return new Binding.Refused(refused.problems().stream()
                    .map(problem -> ParamsBinder.asWritten(problem, written))
                    .toList());
        } catch (Throwable fault) {
            Faults.rethrowFatal(fault);
            LOG.atError()
                    .addKeyValue(LogFields.POLICY, name())
                    .setCause(fault)
                    .log("a policy could not be created, so its chain cannot be called");
            return invalid("the policy " + name() + " could not be created ("
                    + fault.getClass().getSimpleName() + "): see the worker's log");
        }
    }

    private static Binding invalid(String message) {
        return new Binding.Refused(List.of(new ParamProblem("", message)));
    }

    sealed interface Binding {
        /**
         * A policy that was created for an entry. If {@code keepsRequestBody} is true, its response phase reads the
         * body of the request.
         */
        record Made(Policy policy, BodyNeed bodyNeed, boolean keepsRequestBody, EntryFacts facts) implements Binding {}

        record Refused(List<ParamProblem> problems) implements Binding {}
    }
}
