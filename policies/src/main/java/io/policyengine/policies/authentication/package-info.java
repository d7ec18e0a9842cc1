/** The family of policies that prove who the client is; {@code shared} holds what several of them use. */
@NullMarked
package io.policyengine.policies.authentication;

import org.jspecify.annotations.NullMarked;
