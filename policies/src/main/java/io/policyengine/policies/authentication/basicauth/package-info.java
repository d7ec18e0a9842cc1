/** Policy {@code basicAuth}: user and password (RFC 7617). */
@NullMarked
package io.policyengine.policies.authentication.basicauth;

import org.jspecify.annotations.NullMarked;
