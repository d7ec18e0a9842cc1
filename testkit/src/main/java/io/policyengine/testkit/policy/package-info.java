/**
 * Runs one policy as the engine would, with fakes for its dependencies; published for policy authors. The package has
 * over twenty types, since it offers the tester, the fakes and the cases for policy tests in one place.
 */
@Api
@NullMarked
package io.policyengine.testkit.policy;

import io.policyengine.core.stability.Api;
import org.jspecify.annotations.NullMarked;
