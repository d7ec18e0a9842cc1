/**
 * Runs one policy as the engine would, with fakes for its dependencies; published for policy authors. The package has
 * over twenty types, since it offers tester, fakes and cases for the test of a policy in one place.
 */
@Api
@NullMarked
package io.policyengine.testkit.policy;

import io.policyengine.core.stability.Api;
import org.jspecify.annotations.NullMarked;
