package io.policyengine.policies.authentication.basicauth;

import io.policyengine.core.http.Octets;
import io.policyengine.core.instruction.DenialReason;
import io.policyengine.core.instruction.RemoveHeader;
import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.core.policy.Identity;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.work.Lane;
import io.policyengine.core.work.Work;
import io.policyengine.policies.authentication.shared.identity.IdentityHeaders;
import io.policyengine.policies.shared.clientkey.ClientKey;
import io.policyengine.policies.shared.denial.Denial;
import io.policyengine.policies.shared.digest.Sha256;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

final class BasicAuthPolicy implements Policy {
    private static final Denial MISSING = new Denial(
            401,
            BasicAuthCode.CREDENTIALS_MISSING,
            "User name and password are required",
            DenialReason.AUTHENTICATION_FAILED);
    private static final Denial MALFORMED = new Denial(
            401,
            BasicAuthCode.CREDENTIALS_MALFORMED,
            "The Authorization field is malformed",
            DenialReason.AUTHENTICATION_FAILED);
    private static final Denial WRONG = new Denial(
            401, BasicAuthCode.CREDENTIALS_INVALID, "User name or password is wrong", DenialReason.UNAUTHORIZED);

    private static final Denial TOO_MANY = new Denial(
            429,
            BasicAuthCode.TOO_MANY_FAILURES,
            "Too many wrong passwords, try again later",
            DenialReason.RATE_LIMITED);

    private static final ClientKey CLIENT = new ClientKey.ByAddress();

    private final BasicAuthParams params;
    private final UserTable inline;
    private final Supplier<UserTable> file;
    private final Verifications verifications;
    private final FailurePace pace;
    private final PolicyEnvironment env;
    private final Future<RequestOutcome> missing;
    private final Future<RequestOutcome> malformed;
    private final Future<RequestOutcome> wrong;

    BasicAuthPolicy(
            BasicAuthParams params,
            UserTable inline,
            Supplier<UserTable> file,
            Verifications verifications,
            FailurePace pace,
            PolicyEnvironment env) {
        this.params = params;
        this.inline = inline;
        this.file = file;
        this.verifications = verifications;
        this.pace = pace;
        this.env = env;
        this.missing = challenge(MISSING);
        this.malformed = challenge(MALFORMED);
        this.wrong = challenge(WRONG);
    }

    @Override
    public Future<RequestOutcome> onRequest(RequestContext context) {
        return switch (Credentials.of(context.request().headers())) {
            case Credentials.None _ ->
                params.required() ? missing : IdentityHeaders.passWithoutCredential(context.metadata());
            case Credentials.Malformed _ -> malformed;
            case Credentials.Basic credentials -> verify(context, credentials);
        };
    }

    private Future<RequestOutcome> verify(RequestContext context, Credentials.Basic credentials) {
        UserTable current = file.get();
        PasswordHash dearest = dearest(current);
        if (dearest == null) {
            return wrong;
        }
        PasswordHash known = find(credentials.user(), current);
        PasswordHash tried = known != null ? known : dearest;
        Sha256 key = verifications.key(credentials, tried, known != null);
        if (verifications.isRemembered(key)) {
            return pass(credentials.user());
        }
        String client = CLIENT.keyOf(context);
        Duration wait = pace.pause(client, credentials.user());
        if (wait.isPositive()) {
            return tooMany(wait);
        }
        Work work = new Work(Lane.PASSWORDS, Math.max(tried.heapBytes(), dearest.heapBytes()));
        byte[] password = Octets.toBytes(credentials.password());
        Future<Boolean> verified = verifications.verify(
                key,
                context.call(),
                call -> env.offLoop(call, work, _ -> matchesBlocking(password, tried, dearest))
                        .map(matches -> matches && known != null));
        return verified.succeeded()
                ? act(verified.result(), client, credentials.user())
                : verified.compose(late -> act(late, client, credentials.user()));
    }

    private Future<RequestOutcome> act(boolean isRight, String client, String user) {
        if (!isRight) {
            pace.failed(client, user);
            return wrong;
        }
        pace.succeeded(client, user);
        return pass(user);
    }

    private @Nullable PasswordHash find(String user, UserTable current) {
        PasswordHash hash = inline.find(user);
        return hash != null ? hash : current.find(user);
    }

    /**
     * Returns the slowest hash of all users, or null if there are no users. Every failed verification takes at least as
     * long as this hash, so timing does not reveal whether a user exists.
     */
    private @Nullable PasswordHash dearest(UserTable current) {
        PasswordHash one = inline.dearest();
        PasswordHash other = current.dearest();
        return one == null || (other != null && other.nanos() > one.nanos()) ? other : one;
    }

    private static boolean matchesBlocking(byte[] password, PasswordHash tried, PasswordHash dearest) {
        if (tried.matchesBlocking(password)) {
            return true;
        }
        if (tried.nanos() < dearest.nanos()) {
            dearest.matchesBlocking(password);
        }
        return false;
    }

    private Future<RequestOutcome> pass(String user) {
        List<RequestInstruction> instructions = IdentityHeaders.announce(Identity.of(user, "basic"));
        instructions.add(Identity.provenBy(List.of("authorization")));
        if (params.strip()) {
            instructions.add(new RemoveHeader("authorization"));
        }
        return RequestOutcome.proceed(instructions);
    }

    private Future<RequestOutcome> tooMany(Duration wait) {
        long seconds = wait.plus(Duration.ofNanos(999_999_999)).toSeconds();
        return RequestOutcome.respond(
                TOO_MANY.response(params.denialFormat()).withHeader("retry-after", Long.toString(seconds)));
    }

    private Future<RequestOutcome> challenge(Denial denial) {
        String realm = params.realm().replace("\\", "\\\\").replace("\"", "\\\"");
        return RequestOutcome.respond(denial.response(params.denialFormat())
                .withHeader("www-authenticate", "Basic realm=\"" + realm + "\", charset=\"UTF-8\""));
    }
}
