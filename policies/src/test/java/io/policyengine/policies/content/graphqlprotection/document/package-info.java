@NullMarked
package io.policyengine.policies.content.graphqlprotection.document;

import org.jspecify.annotations.NullMarked;
