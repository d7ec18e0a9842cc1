@NullMarked
package io.policyengine.policies.authentication.oauth2introspection;

import org.jspecify.annotations.NullMarked;
