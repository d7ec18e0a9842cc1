/** The family of policies that decide what a client may do. {@code shared} holds code that several of them use. */
@NullMarked
package io.policyengine.policies.access;

import org.jspecify.annotations.NullMarked;
