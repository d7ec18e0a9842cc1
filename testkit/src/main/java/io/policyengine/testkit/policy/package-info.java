/** Runs one policy as the engine would, with fakes for all that it depends on; published for authors of policies. */
@NullMarked
package io.policyengine.testkit.policy;

import org.jspecify.annotations.NullMarked;
