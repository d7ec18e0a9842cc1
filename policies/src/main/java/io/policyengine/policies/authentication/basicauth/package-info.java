/** Policy {@code basicAuth}: authenticates by user name and password (RFC 7617). */
@NullMarked
package io.policyengine.policies.authentication.basicauth;

import org.jspecify.annotations.NullMarked;
