/** Runs one policy as the engine would, with fakes for all that it depends on; published for authors of policies. */
@Api
@NullMarked
package io.policyengine.testkit.policy;

import io.policyengine.core.stability.Api;
import org.jspecify.annotations.NullMarked;
