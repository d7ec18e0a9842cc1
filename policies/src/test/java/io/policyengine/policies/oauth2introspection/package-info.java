@NullMarked
package io.policyengine.policies.oauth2introspection;

import org.jspecify.annotations.NullMarked;
