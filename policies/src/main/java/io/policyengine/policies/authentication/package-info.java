/** Policies that authenticate the client; {@code shared} holds code that several of them use. */
@NullMarked
package io.policyengine.policies.authentication;

import org.jspecify.annotations.NullMarked;
