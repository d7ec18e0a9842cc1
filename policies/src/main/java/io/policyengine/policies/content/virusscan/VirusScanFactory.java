package io.policyengine.policies.content.virusscan;

import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.ByteTarget;
import io.policyengine.core.policy.Descriptor;
import io.policyengine.core.policy.Descriptor.Posture;
import io.policyengine.core.policy.Descriptor.Status;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Family;
import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.core.policy.Leniency;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.policies.content.virusscan.content.ContentRules;
import io.policyengine.policies.content.virusscan.scanner.Clamd;
import io.policyengine.policies.content.virusscan.scanner.Icap;
import io.policyengine.policies.content.virusscan.scanner.Scanner;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** Creates the policy {@code virusScan}. */
@Descriptor(
        name = "virusScan",
        version = "1.0.0",
        family = Family.CONTENT,
        phases = {Phase.REQUEST, Phase.RESPONSE},
        requestBody = BodyNeed.BUFFERED_OR_STREAMING,
        responseBody = BodyNeed.BUFFERED_OR_STREAMING,
        facts = {Fact.MAY_DENY, Fact.DECLARES_ALL_EFFECTS, Fact.JUDGES_CONTENT, Fact.HAS_DEPENDENCY},
        codes = VirusScanCode.class,
        status = Status.BETA,
        posture = Posture.UNTRUSTED_CLIENTS_AND_UPSTREAMS)
public final class VirusScanFactory implements PolicyFactory<VirusScanParams> {
    @Override
    public BodyNeed bodyNeed(VirusScanParams params, Phase phase) {
        return switch (params.mode()) {
            case STREAM -> BodyNeed.STREAMING;
            case WHOLE -> BodyNeed.BUFFERED;
        };
    }

    @Override
    public EntryFacts facts(VirusScanParams params, Phase phase) {
        EntryFacts facts = PolicyFactory.super.facts(params, phase);
        return params.onTooLarge() == VirusScanParams.OnTooLarge.PASS
                ? facts.passing(Leniency.Occasion.TOO_LARGE, "/on_too_large")
                : facts;
    }

    @Override
    public Policy create(VirusScanParams params, PolicyEnvironment env) {
        List<ParamProblem> problems = new ArrayList<>();
        boolean isIcap = params.scanner() == VirusScanParams.Kind.ICAP;
        if (isIcap != (params.service() != null)) {
            problems.add(new ParamProblem(
                    "/service",
                    isIcap
                            ? "an ICAP server has several services: name the one that scans, such as avscan"
                            : "only an ICAP server has services: remove it, or set scanner: icap"));
        }
        if (params.jsonBase64() && params.mode() == VirusScanParams.Mode.STREAM) {
            problems.add(new ParamProblem("/json_base64", "JSON can only be decoded as a whole: set mode: whole"));
        }
        Duration timeout =
                params.timeout() == null ? env.timeout().multipliedBy(9).dividedBy(10) : params.timeout();
        if (timeout.compareTo(env.timeout()) >= 0) {
            problems.add(new ParamProblem(
                    "/timeout_ms",
                    "the timeout of the entry itself is " + env.timeout().toMillis()
                            + " ms: set a shorter time here, or raise timeout_ms of the entry"));
        }
        if (!problems.isEmpty()) {
            throw new InvalidParamsException(problems);
        }
        Scans scans = new Scans(
                env,
                new ContentRules(params.partNames(), params.maxContents(), params.jsonBase64()),
                timeout,
                params.maxScanBytes(),
                params.onTooLarge() == VirusScanParams.OnTooLarge.PASS);
        ByteTarget target = target(params, env);
        return new VirusScanPolicy(
                scans,
                scanner(params, target, Icap.Method.REQMOD),
                scanner(params, target, Icap.Method.RESPMOD),
                params.denialFormat());
    }

    private static ByteTarget target(VirusScanParams params, PolicyEnvironment env) {
        try {
            return env.byteTarget(
                    params.address(),
                    new ByteTarget.Bounds(
                            params.scanner().name().toLowerCase(Locale.ROOT),
                            params.maxConnections(),
                            params.maxPending()));
        } catch (InvalidParamsException unusable) {
            throw unusable.at("/address");
        }
    }

    private static Scanner scanner(VirusScanParams params, ByteTarget target, Icap.Method method) {
        return switch (params.scanner()) {
            case CLAMD -> new Clamd(target);
            case ICAP -> new Icap(target, Objects.requireNonNull(params.service()), method);
        };
    }
}
