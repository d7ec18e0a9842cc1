package io.policyengine.admin.api;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.util.NetUtil;
import io.policyengine.admin.access.AdminTokens;
import io.policyengine.admin.access.Caller;
import io.policyengine.core.config.ObservabilityConfig.AdminRole;
import io.policyengine.core.net.PeerUser;
import io.vertx.core.http.HttpServerRequest;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The access rules of the management API. A token grants its role, and the Unix domain socket grants every role. While
 * no token is configured, clients on loopback addresses may read, except web pages. A forwarded request always needs a
 * token.
 */
final class ApiAccess {
    private static final String BEARER = "Bearer ";
    private static final String TOKENS = "policy_kernel.observability.admin_tokens";
    private static final String HOW =
            "name one in " + TOKENS + " and send it as `Authorization: Bearer TOKEN`, or use the socket of"
                    + " policy_kernel.observability.admin_socket_path";

    private final AdminTokens tokens;

    ApiAccess(AdminTokens tokens) {
        this.tokens = tokens;
    }

    static boolean isLocal(HttpServerRequest request) {
        var local = request.localAddress();
        return local != null && local.isDomainSocket();
    }

    static String peer(HttpServerRequest request) {
        if (isLocal(request)) {
            return "unix socket";
        }
        var remote = request.remoteAddress();
        return remote == null ? "unknown" : remote.hostAddress() + ":" + remote.port();
    }

    /**
     * Returns the caller of a request that is permitted.
     *
     * @param wanted the required role
     * @throws ApiProblem if the request is refused
     */
    Caller admit(HttpServerRequest request, AdminRole wanted) {
        Caller caller = identify(request);
        if (caller.may(wanted)) {
            return caller;
        }
        if (caller.isAnonymous()) {
            throw new ApiProblem(ApiProblem.Code.UNAUTHENTICATED, "a change needs a token: " + HOW);
        }
        throw new ForbiddenRole(caller, wanted);
    }

    static final class ForbiddenRole extends ApiProblem {
        private static final long serialVersionUID = 1L;

        private final transient Caller caller;

        ForbiddenRole(Caller caller, AdminRole wanted) {
            super(
                    Code.FORBIDDEN,
                    "the operation needs the role '" + text(wanted) + "', but token '" + caller.name() + "' has the"
                            + " role '"
                            + text(caller.role()) + "'");
            this.caller = caller;
        }

        Caller caller() {
            return caller;
        }

        private static String text(AdminRole role) {
            return role.name().toLowerCase(Locale.ROOT);
        }
    }

    private Caller identify(HttpServerRequest request) {
        String forwarding = ForwardingFields.firstIn(request.headers());
        if (isLocal(request) && forwarding == null) {
            return new Caller(PeerUser.of(request.connection()).toString(), peer(request), AdminRole.WRITE);
        }
        String authorization = request.getHeader(HttpHeaderNames.AUTHORIZATION);
        if (authorization != null) {
            Caller known = shown(authorization, peer(request));
            if (known == null) {
                throw new ApiProblem(ApiProblem.Code.UNAUTHENTICATED, "the token is not valid: " + HOW);
            }
            return known;
        }
        if (!tokens.isEmpty()) {
            throw new ApiProblem(
                    ApiProblem.Code.UNAUTHENTICATED,
                    "reading needs a token too, even from this machine: send one of " + TOKENS
                            + " as `Authorization: Bearer TOKEN`");
        }
        if (forwarding != null) {
            throw new ApiProblem(
                    ApiProblem.Code.FORBIDDEN,
                    "a proxy forwarded this request (field '" + forwarding
                            + "'), so it does not count as a request from this machine: " + HOW);
        }
        var local = request.localAddress();
        checkLocal(request, local == null ? null : local.hostAddress());
        return Caller.anonymous(peer(request));
    }

    private @Nullable Caller shown(String authorization, String peer) {
        return authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())
                ? tokens.find(authorization.substring(BEARER.length()).strip(), peer)
                : null;
    }

    /**
     * Checks a caller while no token is configured. Such a caller may only read, must be on this machine, and must not
     * be a web page.
     */
    private void checkLocal(HttpServerRequest request, @Nullable String local) {
        if (!isLoopback(local)) {
            throw new ApiProblem(
                    ApiProblem.Code.FORBIDDEN,
                    "without " + TOKENS + " the management API is served on loopback addresses"
                            + " and on policy_kernel.observability.admin_socket_path only");
        }
        // A page in a browser on this machine may reach loopback under a name of its own (DNS rebinding).
        if (!isLoopbackName(hostOf(request))) {
            throw new ApiProblem(
                    ApiProblem.Code.FORBIDDEN,
                    "without a token, the management API only accepts requests to localhost, 127.0.0.1 or [::1]");
        }
        if (isOfPage(request)) {
            throw new ApiProblem(
                    ApiProblem.Code.FORBIDDEN,
                    "without a token the management API refuses requests from web pages (those with Origin, or Sec-Fetch-Site"
                            + " other than none and same-origin): set " + TOKENS + " and send one");
        }
    }

    /**
     * Returns whether a web page sent the request. Browsers let pages send simple requests to other origins (Fetch
     * §3.2).
     */
    private static boolean isOfPage(HttpServerRequest request) {
        String site = request.getHeader("sec-fetch-site");
        return request.headers().contains(HttpHeaderNames.ORIGIN)
                || (site != null && !site.equals("none") && !site.equals("same-origin"));
    }

    /** Returns the host that the request names, or null if it is missing or invalid. */
    static @Nullable String hostOf(HttpServerRequest request) {
        try {
            var authority = request.authority();
            return authority == null ? null : authority.host();
        } catch (IllegalArgumentException | IndexOutOfBoundsException malformed) {
            return null; // Vert.x reads beyond the end of a percent sign
        }
    }

    private static boolean isLoopbackName(@Nullable String host) {
        return host != null && (host.equalsIgnoreCase("localhost") || isLoopback(host));
    }

    private static boolean isLoopback(@Nullable String address) {
        byte[] bytes = address == null ? null : NetUtil.createByteArrayFromIpAddressString(address);
        try {
            return bytes != null && InetAddress.getByAddress(bytes).isLoopbackAddress();
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address has 4 or 16 bytes", e);
        }
    }
}
