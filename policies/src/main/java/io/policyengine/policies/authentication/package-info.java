/** Policies that authenticate the client; {@code shared} holds their common parts. */
@NullMarked
package io.policyengine.policies.authentication;

import org.jspecify.annotations.NullMarked;
