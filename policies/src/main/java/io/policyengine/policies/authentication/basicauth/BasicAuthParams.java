package io.policyengine.policies.authentication.basicauth;

import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.Range;
import io.policyengine.core.params.Secret;
import io.policyengine.policies.shared.denial.DenialFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

@Doc("Authenticates by user name and password (RFC 7617).")
record BasicAuthParams(
        @Doc("The realm that a browser may show when it asks for a password; printable ASCII.")
        @Default("\"restricted\"")
        String realm,

        @Doc(
                value = "Password hashes by user name, in these formats: bcrypt ($2a$, $2b$, $2y$), argon2id, and "
                        + "htpasswd's $apr1$ and {SHA}.",
                examples = "{\"alice\": \"$2y$10$…\"}")
        @Default("{}")
        @Secret
        Map<String, String> users,

        @Doc(
                value = "File of lines NAME:HASH, as htpasswd writes them, relative to the conf directory. It is read "
                        + "again when it changes.",
                examples = "\"users.htpasswd\"")
        @Nullable
        String htpasswdFile,

        @Doc("True to refuse requests without Basic credentials; false to pass them without an identity. Wrong "
                + "credentials are always refused.")
        @Default("true")
        boolean required,

        @Doc("True to remove Authorization from the request before the upstream sees it.") @Default("true")
        boolean strip,

        @Doc("Number of wrong passwords that a client address may send without waiting; after that, one every two "
                + "seconds. 0 for no limit.")
        @Default("20")
        @Range(min = 0, max = 10_000)
        int clientFailures,

        @Doc("Number of wrong passwords for one user that all clients together may send without waiting; after "
                + "that, one every second. A client from which the user signed in within the last hour need "
                + "not wait. 0 for no limit.")
        @Default("20")
        @Range(min = 0, max = 10_000)
        int userFailures,

        @Doc("Form of the body of a denial.") @Default("\"json\"")
        DenialFormat denialFormat) {

    /** Returns a text that reveals no user and no hash. */
    @Override
    public String toString() {
        return "BasicAuthParams[realm=" + realm + ", users=" + users.size() + "]";
    }
}
