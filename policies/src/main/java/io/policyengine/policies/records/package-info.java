/** The family of policies that record exchanges. {@code shared} holds code that several of them use. */
@NullMarked
package io.policyengine.policies.records;

import org.jspecify.annotations.NullMarked;
