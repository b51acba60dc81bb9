/**
 * The HTTP API as types, from the server's OpenAPI document: node scripts/openapi.mjs
 *
 * Not written by hand; test/packages/client/api.test.ts compares it with the server.
 */
export interface paths {
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the process answers */
        get: operations["health"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/livez": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the process answers */
        get: operations["live"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Metrics in the text format of Prometheus */
        get: operations["metrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This document */
        get: operations["openapi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether every collection answers who asks */
        get: operations["ready"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/aliases": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All aliases, each with the collection that it means */
        get: operations["listAliases"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/aliases/{alias}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Gives a collection a second name, or lets it mean another one, between two requests */
        put: operations["setAlias"];
        post?: never;
        /** Takes an alias away; the collection stays */
        delete: operations["removeAlias"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/collections": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All collections, or those that the key is for */
        get: operations["listCollections"];
        put?: never;
        /** Makes a collection; its model is attune-base-en unless it is given */
        post: operations["createCollection"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/collections/{collection}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One collection, by its name or an alias */
        get: operations["getCollection"];
        put?: never;
        post?: never;
        /** Drops a collection with its documents, releases and decisions; events stay */
        delete: operations["dropCollection"];
        options?: never;
        head?: never;
        /** Changes when and from what it learns, and the golden set that candidates must pass */
        patch: operations["configureCollection"];
        trace?: never;
    };
    "/v1/collections/{collection}/decisions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the gate said of candidates, the newest first */
        get: operations["listDecisions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/collections/{collection}/decisions/{decision}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One decision, with every number that it rests on */
        get: operations["getDecision"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/collections/{collection}/documents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Documents in the order of their ids
         * @description A page ends after `limit` documents, or where they hold 4 MiB, but has one at least: `next_cursor` says whether there are more.
         */
        get: operations["listDocuments"];
        put?: never;
        /**
         * Writes, patches and deletes many documents: one a line, a JSON list, or a table whose rows are documents
         * @description Answers a line for each, in order, once all are durable. A bad line is answered with its error and the rest is written. After 100 messages of one kind more of them are counted, in a line at the end. When the first 100 lines are all wrong, nothing is written, and the answer is 422 with their errors. At most 64 MiB, 100,000 lines, 1 MiB a line.
         */
        post: operations["writeDocuments"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/collections/{collection}/documents/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One document */
        get: operations["getDocument"];
        /** Writes a document whole */
        put: operations["putDocument"];
        post?: never;
        /** Deletes a document */
        delete: operations["deleteDocument"];
        options?: never;
        head?: never;
        /** Changes the fields and attributes that are named */
        patch: operations["patchDocument"];
        trace?: never;
    };
    "/v1/collections/{collection}/promote": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Puts another model in service, and answers when searches are answered by it
         * @description The index of the model is built beside the one in service; then both are replaced in one step. That takes as long as the documents need to be embedded. A model that knows less than half of what the documents say is refused, unless it is wanted `anyway`. It goes on when the connection breaks: the list of releases says whether it is done.
         */
        post: operations["promote"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/collections/{collection}/releases": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All that was ever in service, the newest first */
        get: operations["listReleases"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/collections/{collection}/rollback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Goes back to what was in service before
         * @description At once while that is still held; after a restart its index may have to be read again.
         */
        post: operations["rollBack"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/collections/{collection}/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Finds documents by texts, by vectors, or by both
         * @description A page ends after `limit` hits, or where they are 4 MiB long, but has one at least: `next_offset` says where the next begins.
         */
        post: operations["search"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/collections/{collection}/settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** When and from what a collection learns, and the golden set that candidates must pass */
        get: operations["getCollectionSettings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/datasets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All datasets */
        get: operations["listDatasets"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/datasets/{dataset}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One dataset: its files, and the verdict of its last validation */
        get: operations["getDataset"];
        put?: never;
        post?: never;
        /** Removes a dataset with its files, unless something uses it */
        delete: operations["removeDataset"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/datasets/{dataset}/files/{file}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Uploads a file of a dataset, which is made by its first one; a file of the same name is replaced
         * @description The media type is not looked at: the ending of the name says what the file is. Packed files (.gz) are sent as they are, without Content-Encoding, which would unpack them on their way. The file counts once it is whole: a broken upload changes nothing. The verdict of a validation before it is void.
         */
        put: operations["uploadDatasetFile"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/datasets/{dataset}/report": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the last validation found; 404 when the files changed since */
        get: operations["getDatasetReport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/datasets/{dataset}/validate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Starts a job that checks the dataset; its place is in Location */
        post: operations["validateDataset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/embeddings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Vectors of texts, in the shape of OpenAI’s API */
        post: operations["createEmbeddings"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Keeps events in UBI’s shape: one, an array, or one a line; all or none */
        post: operations["recordEvents"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Jobs, the newest first */
        get: operations["listJobs"];
        put?: never;
        /** Starts a job, or puts it behind those that wait; its place is in Location */
        post: operations["startJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{job}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One job: its state, how far it is, and what came of it */
        get: operations["getJob"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{job}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Cancels a job, and answers when it has ended: within seconds */
        post: operations["cancelJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{job}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A job as server-sent events, each its whole state, until it has ended
         * @description Events are called `job`; `data` is the job as JSON. With Last-Event-ID the present state is left out when it is the one that was seen last; 204 says that nothing more will come. A comment comes when nothing else does. The stream also ends when the server is being shut down: connect again after `retry` milliseconds.
         */
        get: operations["watchJob"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All keys, revoked and expired ones too, without their secrets */
        get: operations["listKeys"];
        put?: never;
        /** Makes a key and shows its secret, this once; the first key closes the server to who has none */
        post: operations["createKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/keys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Ends a key, for ever and at once; it stays in the list */
        delete: operations["revokeKey"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/keys/{id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Takes back every event that a key sent: no cycle learns from them any more
         * @description They stay in the store. A model that has learned from them already does not forget them: roll back to the one before. The key itself goes on: revoke it first.
         */
        delete: operations["takeBackEvents"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every name that embeddings accept: models, collections and aliases */
        get: operations["listModels"];
        put?: never;
        /**
         * Brings in a model, as a tar archive of its folder
         * @description The model’s files lie at the top of the archive; it holds plain files and folders alone, with relative paths. It is read whole and its golden vectors are computed before it is there under its name: a broken or refused upload leaves nothing. 201 where it is new; 200 where the same model is there already under this name; 409 where another one is, because models never change.
         */
        post: operations["pushModel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/{model}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One model; of a collection or alias, the one in service */
        get: operations["getModel"];
        put?: never;
        post?: never;
        /** Removes a model, unless a release or a job uses it */
        delete: operations["removeModel"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** Alias */
        Alias: {
            alias: string;
            collection: string;
        };
        /** AliasList */
        AliasList: {
            data: components["schemas"]["Alias"][];
        };
        /** Alive */
        Alive: {
            /** @enum {string} */
            status: "ok";
        };
        /**
         * AttributeValue
         * @description A list stands for each of its texts.
         */
        AttributeValue: string | number | boolean | string[];
        /** BulkError */
        BulkError: {
            /** @description Lines that this error stands for, of which `line` is the first. Rows of a table that are no documents have no line. */
            count?: number;
            error: {
                code: string;
                detail: string;
            };
            /** @description Of the body, from 1; of a JSON list, the place in it. */
            line?: number;
        };
        /**
         * BulkList
         * @description A list of writes, or a single one.
         */
        BulkList: components["schemas"]["DocumentWrite"] | components["schemas"]["DocumentWrite"][];
        /** BulkResult */
        BulkResult: components["schemas"]["BulkWritten"] | components["schemas"]["BulkError"];
        /** BulkWritten */
        BulkWritten: {
            id: string;
            /** @description Of the body, from 1; of a JSON list, the place in it. */
            line: number;
            sequence: number;
            status: "created" | "updated" | "deleted" | "notFound";
        };
        /** CarriedSearch */
        CarriedSearch: {
            /** @description What each setting was chosen by. */
            choices: {
                chosen: string;
                metric: string;
                /** @description On which queries. */
                on: string;
                queryCount: number;
                /** @description How many were tried. */
                tried: number;
                what: string;
            }[];
            /** @description Settings of the search by words and its weight. */
            settings: unknown;
        };
        /** Collection */
        Collection: {
            /** @description Name of its model. */
            bundle: string;
            /** @description Milliseconds since 1970. */
            createdAt: number;
            /** @description Numbers in a vector. */
            dim: number;
            /** @description Documents kept. */
            documents: number;
            /** @description Of the model: weights, tokeniser and preprocessing. */
            fingerprint: string;
            /** @description Documents that searches see; below `documents` while writes are being indexed. Of a collection that is closed while nobody asks it all: a search waits until it is opened. */
            indexed: number;
            name: string;
            /** @description What is to be told of it, such as that its model cannot read the documents. */
            notes: string[];
            /** @description Whether it answers who asks. Also true where it is closed while nobody asks it; false while its index is being opened at the start of the server, and where it cannot be opened. */
            ready: boolean;
            /** @description Number of the release in service. */
            release: number;
            /** @description Of what the documents say, the share that the model’s vocabulary does not know, 0 to 1, by a sample. Null until it was looked at, which is not done where the index is opened from its files. */
            unknownShare: number | null;
            /** @description Those of them that have no text: no search finds them. Null until the collection was open. */
            withoutText: number | null;
        };
        /** CollectionList */
        CollectionList: {
            data: components["schemas"]["Collection"][];
        };
        /** CollectionSettings */
        CollectionSettings: {
            /** @description Milliseconds since 1970. */
            createdAt: number;
            golden: {
                /**
                 * @description Lower-case letters, digits, dots, dashes and underscores; begins with a letter or digit.
                 * @example icons
                 */
                dataset: string;
                slice: string;
            } | null;
            learning: {
                /** @description By action name; what is not named counts for nothing. */
                actionWeights: {
                    [key: string]: number;
                };
                /** @description Learned from beside the events. */
                datasets: string[];
                /** @description Starts a cycle once events judge this many queries that were not judged before; null: never. */
                everyJudgedQueries: number | null;
                promotion: "automatic" | "byHand";
                /** @description A cron expression (UTC), or null. */
                schedule: string | null;
            };
            /** @description Settings of the search by words that were given for it; the others come with each model. */
            lexical?: unknown;
            release: number;
        };
        /** ConfigureCollection */
        ConfigureCollection: {
            golden?: {
                /**
                 * @description Lower-case letters, digits, dots, dashes and underscores; begins with a letter or digit.
                 * @example icons
                 */
                dataset: string;
                slice: string;
            } | null;
            learning?: {
                /** @description By action name; what is not named counts for nothing. */
                actionWeights?: {
                    [key: string]: number;
                };
                /** @description Learned from beside the events. */
                datasets?: string[];
                /** @description Starts a cycle once events judge this many queries that were not judged before; null: never. */
                everyJudgedQueries?: number | null;
                promotion?: "automatic" | "byHand";
                /** @description A cron expression (UTC), or null. */
                schedule?: string | null;
            };
        };
        /** CreateCollection */
        CreateCollection: {
            /**
             * @description Lower-case letters, digits, dots, dashes and underscores; begins with a letter or digit.
             * @example icons
             */
            bundle?: string;
            /** @description How words count: settings of the search by words. What is not named comes with each model, else is as usual. */
            lexical?: {
                [key: string]: unknown;
            };
            /**
             * @description Lower-case letters, digits, dots, dashes and underscores; begins with a letter or digit.
             * @example icons
             */
            name: string;
        };
        /** CreateKey */
        CreateKey: {
            /** @description Names, not aliases, of the collections that it is for; null: all. Such a key has scopes of search, write and feedback, opens what is of these collections alone, and sends events of their searches. */
            collections?: string[] | null;
            /** @description What its requests may cost a second, and ten times as much at once; null: any. 1 is a plain search for 10 hits. What is beyond is answered 429 RATE_LIMITED with Retry-After. */
            costPerSecond?: number | null;
            expiresAt?: number | null;
            /** @description What a person calls it. */
            label: string;
            /** @description What it opens; `admin` opens everything. `import`, beside `feedback`, lets events tell of searches that were made elsewhere. */
            scopes: ("search" | "write" | "feedback" | "import" | "train" | "metrics" | "admin")[];
        };
        /**
         * CycleJob
         * @description Learns from a collection’s events, and promotes what passes the gate.
         */
        CycleJob: {
            /**
             * @description Lower-case letters, digits, dots, dashes and underscores; begins with a letter or digit.
             * @example icons
             */
            collection: string;
            /** @description Decides, and promotes nothing. */
            dryRun?: boolean;
            /** @enum {string} */
            kind: "cycle";
            seed?: number;
        };
        /** Dataset */
        Dataset: {
            /** @description Milliseconds since 1970. */
            createdAt: number;
            files: {
                bytes: number;
                name: string;
                /** @description In hex. */
                sha256: string;
            }[];
            name: string;
            /** @description Of the last validation; null when the files changed since. */
            verdict: "pass" | "warn" | "fail" | null;
        };
        /** DatasetList */
        DatasetList: {
            data: components["schemas"]["Dataset"][];
        };
        /** Decision */
        Decision: {
            /** @description Name of the model. */
            candidate: string;
            /** @description Milliseconds since 1970. */
            createdAt: number;
            id: string;
            /** @description The cycle that came to it. */
            job: string;
            /** @description The gate’s checks, with every number that they rest on. */
            report: unknown;
            verdict: "promote" | "refuse" | "no decision";
        };
        /** DecisionPage */
        DecisionPage: {
            data: components["schemas"]["Decision"][];
            /** @description Give it as `cursor` for what comes next; null at the end. */
            next_cursor: string | null;
        };
        /** Document */
        Document: {
            /** @description What filters and score modifiers ask for. */
            attributes: {
                [key: string]: components["schemas"]["AttributeValue"];
            };
            /** @description Texts, by field. */
            fields: {
                [key: string]: string;
            };
            /**
             * @description The caller’s own id, without control characters.
             * @example 4711
             */
            id: string;
        };
        /** DocumentBody */
        DocumentBody: {
            /** @description What filters and score modifiers ask for. What is null is left out. */
            attributes?: {
                [key: string]: components["schemas"]["AttributeValue"] | null;
            };
            /** @description Texts, by field. The model says which it reads. What is null is left out. */
            fields: {
                [key: string]: string | null;
            };
        };
        /** DocumentDelete */
        DocumentDelete: {
            /**
             * @description The caller’s own id, without control characters.
             * @example 4711
             */
            id: string;
            /** @enum {string} */
            op: "delete";
        };
        /** DocumentPage */
        DocumentPage: {
            data: components["schemas"]["StoredDocument"][];
            /** @description Give it as `cursor` for what comes next; null at the end. */
            next_cursor: string | null;
        };
        /** DocumentPatch */
        DocumentPatch: {
            /** @description Values to set; null takes one away; what is not named stays. */
            attributes?: {
                [key: string]: components["schemas"]["AttributeValue"] | null;
            };
            /** @description Texts to set; null takes a field away; what is not named stays. */
            fields?: {
                [key: string]: string | null;
            };
            /**
             * @description The caller’s own id, without control characters.
             * @example 4711
             */
            id: string;
            /** @enum {string} */
            op: "patch";
        };
        /** DocumentPatchBody */
        DocumentPatchBody: {
            /** @description Values to set; null takes one away; what is not named stays. */
            attributes?: {
                [key: string]: components["schemas"]["AttributeValue"] | null;
            };
            /** @description Texts to set; null takes a field away; what is not named stays. */
            fields?: {
                [key: string]: string | null;
            };
        };
        /** DocumentUpsert */
        DocumentUpsert: {
            /** @description What filters and score modifiers ask for. What is null is left out. */
            attributes?: {
                [key: string]: components["schemas"]["AttributeValue"] | null;
            };
            /** @description Texts, by field. The model says which it reads. What is null is left out. */
            fields: {
                [key: string]: string | null;
            };
            /**
             * @description The caller’s own id, without control characters.
             * @example 4711
             */
            id: string;
            /** @enum {string} */
            op?: "upsert";
        };
        /**
         * DocumentWrite
         * @description Without `op` it is an upsert.
         * @example {
         *       "id": "1",
         *       "fields": {
         *         "title": "desk lamp"
         *       }
         *     }
         */
        DocumentWrite: components["schemas"]["DocumentUpsert"] | components["schemas"]["DocumentPatch"] | components["schemas"]["DocumentDelete"];
        /** Embeddings */
        Embeddings: {
            data: {
                embedding: number[] | string;
                index: number;
                /** @enum {string} */
                object: "embedding";
            }[];
            model: string;
            /** @enum {string} */
            object: "list";
            usage: {
                prompt_tokens: number;
                total_tokens: number;
                /** @description Those that stand for what the model’s vocabulary does not have; absent where there is none. */
                unknown_tokens?: number;
            };
        };
        /** EmbeddingsBody */
        EmbeddingsBody: {
            /** @description Refused unless it is the model’s own number. */
            dimensions?: number;
            encoding_format?: "float" | "base64";
            /** @description A text, or texts. With `token_input`, also the tokens of a text, or those of several. */
            input: string | string[] | number[] | number[][];
            /** @description Which side of a search the texts are on: `query`, or `document`, which it is unless it is given. The other words are those of other APIs for the same. */
            input_type?: "query" | "document" | "search_query" | "search_document" | "passage";
            /**
             * @description Lower-case letters, digits, dots, dashes and underscores; begins with a letter or digit.
             * @example icons
             */
            model: string;
            /** @description Says what `input_type` says, in the words of Jina’s API. */
            task?: "retrieval.query" | "retrieval.passage";
            /**
             * @description Says that tokens in `input` are numbers of this model’s own tokeniser. Without it they are refused, because those that clients of OpenAI send are numbers of another.
             * @enum {string}
             */
            token_input?: "own";
            user?: string;
        };
        /**
         * EvaluateJob
         * @description Judges a registered model on a dataset, beside BM25, both fused, and `base`.
         */
        EvaluateJob: {
            /** @description A registered model, or one that is found by its name. */
            base?: string;
            /**
             * @description Lower-case letters, digits, dots, dashes and underscores; begins with a letter or digit.
             * @example icons
             */
            collection?: string;
            /**
             * @description Lower-case letters, digits, dots, dashes and underscores; begins with a letter or digit.
             * @example icons
             */
            dataset: string;
            /** @enum {string} */
            kind: "evaluate";
            /**
             * @description Lower-case letters, digits, dots, dashes and underscores; begins with a letter or digit.
             * @example icons
             */
            model: string;
        };
        /** EventsBody */
        EventsBody: components["schemas"]["UbiEvent"] | components["schemas"]["UbiEvent"][];
        /** EventsResult */
        EventsResult: {
            /** @description Events kept. */
            count: number;
            /** @description What that means, and what to do, where there are such. */
            note?: string;
            /** @description Those of them that cite no search of this server: without a `query_id`, or with one that is not known here. */
            without_search: number;
        };
        /**
         * Filter
         * @description Which documents may answer: at most 16 levels and 1,024 conditions, where each value of `in` counts as a condition.
         */
        Filter: {
            equals: string | number | boolean;
            field: string;
        } | {
            field: string;
            in: (string | number | boolean)[];
        } | {
            above?: number;
            atLeast?: number;
            atMost?: number;
            below?: number;
            field: string;
        } | {
            above?: string;
            atLeast?: string;
            atMost?: string;
            below?: string;
            field: string;
        } | {
            and: components["schemas"]["Filter"][];
        } | {
            or: components["schemas"]["Filter"][];
        } | {
            not: components["schemas"]["Filter"];
        };
        /** Job */
        Job: {
            /** @description Starts of it: above 1 after a restart in its middle. */
            attempts: number;
            /** @description Milliseconds since 1970. */
            createdAt: number;
            error: {
                code: string;
                message: string;
            } | null;
            finishedAt: number | null;
            id: string;
            kind: string;
            /** @description Of this step. */
            progress: number;
            /** @description What was asked. */
            request: unknown;
            /** @description By kind; null until it is finished. */
            result: unknown;
            startedAt: number | null;
            state: "waiting" | "running" | "finished" | "failed" | "cancelled";
            /**
             * @description What it is doing, in words.
             * @example training
             */
            step: string;
        };
        /** JobPage */
        JobPage: {
            data: components["schemas"]["Job"][];
            /** @description Give it as `cursor` for what comes next; null at the end. */
            next_cursor: string | null;
        };
        /** JobRequest */
        JobRequest: components["schemas"]["ValidateJob"] | components["schemas"]["TrainJob"] | components["schemas"]["EvaluateJob"] | components["schemas"]["CycleJob"];
        /**
         * Key
         * @description Everything of a key but its secret.
         */
        Key: {
            /** @description Names, not aliases, of the collections that it is for; null: all. Such a key has scopes of search, write and feedback, opens what is of these collections alone, and sends events of their searches. */
            collections: string[] | null;
            /** @description What its requests may cost a second, and ten times as much at once; null: any. 1 is a plain search for 10 hits. What is beyond is answered 429 RATE_LIMITED with Retry-After. */
            costPerSecond: number | null;
            /** @description Milliseconds since 1970. */
            createdAt: number;
            expiresAt: number | null;
            id: string;
            label: string;
            revokedAt: number | null;
            /** @description What it opens; `admin` opens everything. `import`, beside `feedback`, lets events tell of searches that were made elsewhere. */
            scopes: ("search" | "write" | "feedback" | "import" | "train" | "metrics" | "admin")[];
        };
        /** KeyList */
        KeyList: {
            data: components["schemas"]["Key"][];
        };
        /** ListedRelease */
        ListedRelease: {
            /** @description Name of its model. */
            bundle: string;
            /** @description Milliseconds since 1970. */
            createdAt: number;
            /** @description Of the model: weights, tokeniser and preprocessing. */
            fingerprint: string;
            /** @description How words count. */
            lexical: unknown;
            /** @description Counts from 1 within its collection. */
            number: number;
            /** @description The decision that promoted it, or the number of the release that was gone back to. */
            of: string | null;
            /** @description Of the products of a transformer; a static model has none, and says `f32`. */
            precision: "f32" | "bf16" | "int8";
            /** @description Why it is there. */
            reason: "first" | "gate" | "hand" | "rollback";
            /** @description Whether it answers searches now. */
            serving: boolean;
        };
        /** Model */
        Model: {
            /** @description The model that it was trained from. */
            base: string | null;
            /** @description Seconds since 1970. */
            created: number;
            dim: number;
            fingerprint: string;
            id: string;
            /** @description The job that made it. */
            job: string | null;
            kind: "static" | "transformer";
            /** @description The model that answers under this name: itself, or the one in service in the collection or alias of that name. */
            model: string;
            /** @enum {string} */
            object: "model";
            owned_by: string;
            /** @description Of the products of a transformer; a static model has none, and says `f32`. */
            precision: "f32" | "bf16" | "int8";
            /** @description How words count beside it, unless a collection has its own settings; null: as usual. */
            search: components["schemas"]["CarriedSearch"] | null;
        };
        /** ModelList */
        ModelList: {
            data: components["schemas"]["Model"][];
            /** @enum {string} */
            object: "list";
        };
        /** NewKey */
        NewKey: {
            /** @description Names, not aliases, of the collections that it is for; null: all. Such a key has scopes of search, write and feedback, opens what is of these collections alone, and sends events of their searches. */
            collections: string[] | null;
            /** @description What its requests may cost a second, and ten times as much at once; null: any. 1 is a plain search for 10 hits. What is beyond is answered 429 RATE_LIMITED with Retry-After. */
            costPerSecond: number | null;
            /** @description Milliseconds since 1970. */
            createdAt: number;
            expiresAt: number | null;
            id: string;
            /** @description The key itself. It is shown here and never again. */
            key: string;
            label: string;
            revokedAt: number | null;
            /** @description What it opens; `admin` opens everything. `import`, beside `feedback`, lets events tell of searches that were made elsewhere. */
            scopes: ("search" | "write" | "feedback" | "import" | "train" | "metrics" | "admin")[];
        };
        /**
         * OpenAiError
         * @description The error object of OpenAI’s API.
         */
        OpenAiError: {
            error: {
                code: string;
                message: string;
                param: string | null;
                type: string;
            };
        };
        /**
         * Problem
         * @description RFC 9457.
         */
        Problem: {
            /**
             * @description Never changes its meaning.
             * @example NOT_FOUND
             */
            code: string;
            /** @description What was expected, what came instead, and what to do about it. */
            detail: string;
            errors?: {
                detail: string;
                /** @description From 1, of a body of lines. */
                line?: number;
                /** @description JSON pointer to the place. */
                pointer: string;
            }[];
            /** @description Also in x-request-id, and in the log. */
            request_id: string;
            /** @example 404 */
            status: number;
            /** @example Not Found */
            title: string;
            /** @example urn:attune:error:NOT_FOUND */
            type: string;
        };
        /** PromotedRelease */
        PromotedRelease: {
            /** @description Name of its model. */
            bundle: string;
            /** @description Milliseconds since 1970. */
            createdAt: number;
            /** @description Of the model: weights, tokeniser and preprocessing. */
            fingerprint: string;
            /** @description How words count. */
            lexical: unknown;
            /** @description What is to be told of it, such as how much of the documents the model does not know. */
            notes: string[];
            /** @description Counts from 1 within its collection. */
            number: number;
            /** @description The decision that promoted it, or the number of the release that was gone back to. */
            of: string | null;
            /** @description Of the products of a transformer; a static model has none, and says `f32`. */
            precision: "f32" | "bf16" | "int8";
            /** @description Why it is there. */
            reason: "first" | "gate" | "hand" | "rollback";
        };
        /** Promotion */
        Promotion: {
            /** @description Also where the model knows less than half of what the documents say, which is refused else. */
            anyway?: boolean;
            /**
             * @description Lower-case letters, digits, dots, dashes and underscores; begins with a letter or digit.
             * @example icons
             */
            model: string;
        };
        /** Readiness */
        Readiness: {
            ready: boolean;
            /** @description `full`: the disk is; reads go on. `failed`: writing ended after an error of the disk; reads go on. */
            store: "ok" | "full" | "failed";
            /** @description Collections that do not answer yet: their index is being opened or built. */
            waiting: string[];
        };
        /**
         * Release
         * @description Model, preprocessing and the way words count, in service as one.
         */
        Release: {
            /** @description Name of its model. */
            bundle: string;
            /** @description Milliseconds since 1970. */
            createdAt: number;
            /** @description Of the model: weights, tokeniser and preprocessing. */
            fingerprint: string;
            /** @description How words count. */
            lexical: unknown;
            /** @description Counts from 1 within its collection. */
            number: number;
            /** @description The decision that promoted it, or the number of the release that was gone back to. */
            of: string | null;
            /** @description Of the products of a transformer; a static model has none, and says `f32`. */
            precision: "f32" | "bf16" | "int8";
            /** @description Why it is there. */
            reason: "first" | "gate" | "hand" | "rollback";
        };
        /** ReleaseList */
        ReleaseList: {
            data: components["schemas"]["ListedRelease"][];
        };
        /** ScoreModifier */
        ScoreModifier: {
            field: string;
            /** @description Takes ln(1 + value) for the value. */
            log?: boolean;
            weight?: number;
        };
        /**
         * ScoreModifiers
         * @description Lets numbers of the documents change their scores.
         */
        ScoreModifiers: {
            add?: components["schemas"]["ScoreModifier"][];
            multiplyBy?: components["schemas"]["ScoreModifier"][];
        };
        /** SearchHit */
        SearchHit: components["schemas"]["Document"] & {
            /** @description Higher is better. */
            score: number;
        };
        /**
         * SearchQuery
         * @description A text, a vector, or a weighted list of them. Of a list, the vectors of its parts are added up by their weights, each of unit length, and the words of its texts count by their weights.
         * @example [
         *       {
         *         "text": "desk lamp"
         *       },
         *       {
         *         "text": "black",
         *         "weight": -0.5
         *       }
         *     ]
         */
        SearchQuery: {
            text: string;
        } | {
            /** @description From the model in service: numbers, or base64 of little-endian float32. */
            vector: number[] | string;
        } | ({
            text: string;
            /** @description At least 0.001, or at most -0.001, which leads away from the part. 1 unless it is given. */
            weight?: number;
        } | {
            /** @description From the model in service: numbers, or base64 of little-endian float32. */
            vector: number[] | string;
            /** @description At least 0.001, or at most -0.001, which leads away from the part. 1 unless it is given. */
            weight?: number;
        })[];
        /**
         * SearchRequest
         * @description For `text`, for `vector`, or for what `query` says. With a text beside it, the vector is searched by vectors and the text by words.
         */
        SearchRequest: {
            filter?: components["schemas"]["Filter"];
            /** @description 10 unless it is given. */
            limit?: number;
            /** @description By vectors, by words, or both fused. Both unless it is given, and by vectors where there is no text. */
            mode?: "vector" | "lexical" | "hybrid";
            modifiers?: components["schemas"]["ScoreModifiers"];
            offset?: number;
            query?: components["schemas"]["SearchQuery"];
            /** @description Keeps the query and what was shown, so that events may cite it. True unless it is given. */
            record?: boolean;
            text?: string;
            /** @description From the model in service: numbers, or base64 of little-endian float32. */
            vector?: number[] | string;
        };
        /** SearchResult */
        SearchResult: {
            /** @description Of the model: weights, tokeniser and preprocessing. */
            fingerprint: string;
            hits: components["schemas"]["SearchHit"][];
            /** @description Give it as `offset` for the next page; null at the end. */
            next_offset: number | null;
            /** @description Cited by events. */
            query_id: string;
            /** @description Model, preprocessing and index that answered. */
            release: number;
        };
        /** SetAlias */
        SetAlias: {
            /**
             * @description Lower-case letters, digits, dots, dashes and underscores; begins with a letter or digit.
             * @example icons
             */
            collection: string;
        };
        /** StoredDocument */
        StoredDocument: components["schemas"]["Document"] & {
            /** @description Of its last write among all writes of the collection. */
            sequence: number;
        };
        /** Table */
        Table: string;
        /** TakenBack */
        TakenBack: {
            /** @description Events that counted before. */
            count: number;
        };
        /**
         * TrainJob
         * @description Tunes a model on a dataset, and registers it as `name`. With the `base` `none` it begins with a vocabulary and vectors made of the documents and training queries: for a language that no model at hand reads.
         */
        TrainJob: {
            /** @description Learns from a dataset whose validation failed, without the rows that it rejected. */
            acceptErrors?: boolean;
            /** @description Learns although the base knows less than half of what documents or queries say. */
            anyway?: boolean;
            /** @description A registered model, or one that is found by its name. */
            base?: string;
            /**
             * @description Lower-case letters, digits, dots, dashes and underscores; begins with a letter or digit.
             * @example icons
             */
            dataset: string;
            epochs?: number;
            /** @description Learns from fewer than 100 pairs too. */
            few?: boolean;
            /** @enum {string} */
            kind: "train";
            /** @description Plans a training of the tier `transformer` so that it ends in time; the other tiers refuse it. */
            minutes?: number;
            /**
             * @description Lower-case letters, digits, dots, dashes and underscores; begins with a letter or digit.
             * @example icons
             */
            name: string;
            seed?: number;
            /** @description Instead of a `base`: a model, such as a transformer that was tuned on the same dataset, of which the base of the tier `static` is made. */
            teacher?: string;
            /** @description `static` unless it is given. `transformer` needs a `base`. */
            tier?: "static" | "adapter" | "transformer";
        };
        /**
         * UbiEvent
         * @example {
         *       "action_name": "click",
         *       "query_id": "0190b5c1-7f6e-7aaa-8000-000000000000",
         *       "event_attributes": {
         *         "object": {
         *           "object_id": "4711"
         *         },
         *         "position": {
         *           "ordinal": 1
         *         }
         *       }
         *     }
         */
        UbiEvent: {
            /** @example click */
            action_name: string;
            /** @description The collection; needed when `query_id` is of no search of this server. */
            application?: string | null;
            /** @description The person or browser. */
            client_id?: string | null;
            event_attributes?: {
                object?: {
                    /** @description Id of the document. */
                    object_id?: string | number | null;
                } | null;
                position?: {
                    /** @description Rank at which it was shown, from 1. */
                    ordinal?: number | null;
                } | null;
            } | null;
            /** @description `query_id` of the search that it follows from. */
            query_id?: string | null;
            /** @description The visit. */
            session_id?: string | null;
            /** @description ISO 8601, or a number since 1970: seconds, milliseconds, microseconds or nanoseconds, told by its size. The time of receipt where it is missing. */
            timestamp?: string | number | null;
            user_query?: string | null;
        };
        /**
         * ValidateJob
         * @description Checks a dataset; its report lies beside it.
         */
        ValidateJob: {
            /**
             * @description Lower-case letters, digits, dots, dashes and underscores; begins with a letter or digit.
             * @example icons
             */
            dataset: string;
            /** @enum {string} */
            kind: "validate";
        };
        /**
         * ValidationReport
         * @description What the last validation found.
         */
        ValidationReport: {
            [key: string]: unknown;
        };
        /** WriteResult */
        WriteResult: {
            id: string;
            sequence: number;
            status: "created" | "updated" | "deleted" | "notFound";
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    health: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Alive"];
                };
            };
        };
    };
    live: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Alive"];
                };
            };
        };
    };
    metrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
        };
    };
    openapi: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
        };
    };
    ready: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Readiness"];
                };
            };
        };
    };
    listAliases: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AliasList"];
                };
            };
        };
    };
    setAlias: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Lower-case letters, digits, dots, dashes and underscores; begins with a letter or digit.
                 * @example icons
                 */
                alias: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "collection": "icons"
                 *     }
                 */
                "application/json": components["schemas"]["SetAlias"];
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Alias"];
                };
            };
        };
    };
    removeAlias: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Lower-case letters, digits, dots, dashes and underscores; begins with a letter or digit.
                 * @example icons
                 */
                alias: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    listCollections: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CollectionList"];
                };
            };
        };
    };
    createCollection: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "icons"
                 *     }
                 */
                "application/json": components["schemas"]["CreateCollection"];
            };
        };
        responses: {
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Collection"];
                };
            };
        };
    };
    getCollection: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Lower-case letters, digits, dots, dashes and underscores; begins with a letter or digit.
                 * @example icons
                 */
                collection: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Collection"];
                };
            };
        };
    };
    dropCollection: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Lower-case letters, digits, dots, dashes and underscores; begins with a letter or digit.
                 * @example icons
                 */
                collection: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    configureCollection: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Lower-case letters, digits, dots, dashes and underscores; begins with a letter or digit.
                 * @example icons
                 */
                collection: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "learning": {
                 *         "schedule": "0 3 * * *",
                 *         "promotion": "byHand"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["ConfigureCollection"];
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CollectionSettings"];
                };
            };
        };
    };
    listDecisions: {
        parameters: {
            query?: {
                cursor?: string;
                /** @description 100 unless it is given. */
                limit?: number;
            };
            header?: never;
            path: {
                /**
                 * @description Lower-case letters, digits, dots, dashes and underscores; begins with a letter or digit.
                 * @example icons
                 */
                collection: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DecisionPage"];
                };
            };
        };
    };
    getDecision: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Lower-case letters, digits, dots, dashes and underscores; begins with a letter or digit.
                 * @example icons
                 */
                collection: string;
                decision: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Decision"];
                };
            };
        };
    };
    listDocuments: {
        parameters: {
            query?: {
                cursor?: string;
                /** @description 100 unless it is given. */
                limit?: number;
            };
            header?: never;
            path: {
                /**
                 * @description Lower-case letters, digits, dots, dashes and underscores; begins with a letter or digit.
                 * @example icons
                 */
                collection: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DocumentPage"];
                };
            };
        };
    };
    writeDocuments: {
        parameters: {
            query?: {
                /** @description Answers only when searches see what was written. */
                refresh?: "wait";
            };
            header?: never;
            path: {
                /**
                 * @description Lower-case letters, digits, dots, dashes and underscores; begins with a letter or digit.
                 * @example icons
                 */
                collection: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BulkList"];
                "application/x-ndjson": components["schemas"]["DocumentWrite"];
                /**
                 * @example id,title,price
                 *     1,Oak desk lamp,30
                 */
                "text/csv": components["schemas"]["Table"];
                /**
                 * @example id,title,price
                 *     1,Oak desk lamp,30
                 */
                "text/tab-separated-values": components["schemas"]["Table"];
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": components["schemas"]["BulkResult"];
                };
            };
        };
    };
    getDocument: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Lower-case letters, digits, dots, dashes and underscores; begins with a letter or digit.
                 * @example icons
                 */
                collection: string;
                /**
                 * @description The caller’s own id, without control characters.
                 * @example 4711
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StoredDocument"];
                };
            };
        };
    };
    putDocument: {
        parameters: {
            query?: {
                /** @description Answers only when searches see what was written. */
                refresh?: "wait";
            };
            header?: never;
            path: {
                /**
                 * @description Lower-case letters, digits, dots, dashes and underscores; begins with a letter or digit.
                 * @example icons
                 */
                collection: string;
                /**
                 * @description The caller’s own id, without control characters.
                 * @example 4711
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "fields": {
                 *         "title": "desk lamp"
                 *       },
                 *       "attributes": {
                 *         "price": 19.5
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["DocumentBody"];
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WriteResult"];
                };
            };
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WriteResult"];
                };
            };
        };
    };
    deleteDocument: {
        parameters: {
            query?: {
                /** @description Answers only when searches see what was written. */
                refresh?: "wait";
            };
            header?: never;
            path: {
                /**
                 * @description Lower-case letters, digits, dots, dashes and underscores; begins with a letter or digit.
                 * @example icons
                 */
                collection: string;
                /**
                 * @description The caller’s own id, without control characters.
                 * @example 4711
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WriteResult"];
                };
            };
        };
    };
    patchDocument: {
        parameters: {
            query?: {
                /** @description Answers only when searches see what was written. */
                refresh?: "wait";
            };
            header?: never;
            path: {
                /**
                 * @description Lower-case letters, digits, dots, dashes and underscores; begins with a letter or digit.
                 * @example icons
                 */
                collection: string;
                /**
                 * @description The caller’s own id, without control characters.
                 * @example 4711
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "attributes": {
                 *         "price": 17
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["DocumentPatchBody"];
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WriteResult"];
                };
            };
        };
    };
    promote: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Lower-case letters, digits, dots, dashes and underscores; begins with a letter or digit.
                 * @example icons
                 */
                collection: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "model": "icons-tuned"
                 *     }
                 */
                "application/json": components["schemas"]["Promotion"];
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PromotedRelease"];
                };
            };
        };
    };
    listReleases: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Lower-case letters, digits, dots, dashes and underscores; begins with a letter or digit.
                 * @example icons
                 */
                collection: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReleaseList"];
                };
            };
        };
    };
    rollBack: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Lower-case letters, digits, dots, dashes and underscores; begins with a letter or digit.
                 * @example icons
                 */
                collection: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Model, preprocessing and the way words count, in service as one. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Release"];
                };
            };
        };
    };
    search: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Lower-case letters, digits, dots, dashes and underscores; begins with a letter or digit.
                 * @example icons
                 */
                collection: string;
            };
            cookie?: never;
        };
        /** @description For `text`, for `vector`, or for what `query` says. With a text beside it, the vector is searched by vectors and the text by words. */
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "text": "desk lamp",
                 *       "limit": 5,
                 *       "filter": {
                 *         "field": "price",
                 *         "atMost": 20
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["SearchRequest"];
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SearchResult"];
                };
            };
        };
    };
    getCollectionSettings: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Lower-case letters, digits, dots, dashes and underscores; begins with a letter or digit.
                 * @example icons
                 */
                collection: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CollectionSettings"];
                };
            };
        };
    };
    listDatasets: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DatasetList"];
                };
            };
        };
    };
    getDataset: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Lower-case letters, digits, dots, dashes and underscores; begins with a letter or digit.
                 * @example icons
                 */
                dataset: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Dataset"];
                };
            };
        };
    };
    removeDataset: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Lower-case letters, digits, dots, dashes and underscores; begins with a letter or digit.
                 * @example icons
                 */
                dataset: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    uploadDatasetFile: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Lower-case letters, digits, dots, dashes and underscores; begins with a letter or digit.
                 * @example icons
                 */
                dataset: string;
                /**
                 * @description Ends in .jsonl, .ndjson, .json, .csv, .tsv, .qrels, .ignore or .txt, each with .gz or without; or in .parquet.
                 * @example queries.jsonl
                 */
                file: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": string;
                "application/x-ndjson": string;
                "text/csv": string;
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Dataset"];
                };
            };
        };
    };
    getDatasetReport: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Lower-case letters, digits, dots, dashes and underscores; begins with a letter or digit.
                 * @example icons
                 */
                dataset: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What the last validation found. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValidationReport"];
                };
            };
        };
    };
    validateDataset: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key again is answered the same, and nothing is done twice; where it starts a job, as long as that is kept. */
                "idempotency-key"?: string;
            };
            path: {
                /**
                 * @description Lower-case letters, digits, dots, dashes and underscores; begins with a letter or digit.
                 * @example icons
                 */
                dataset: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
        };
    };
    createEmbeddings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "model": "attune-base-en",
                 *       "input": [
                 *         "desk lamp",
                 *         "standing lamp"
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["EmbeddingsBody"];
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Embeddings"];
                };
            };
        };
    };
    recordEvents: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key again is answered the same, and nothing is done twice; where it starts a job, as long as that is kept. */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EventsBody"];
                "application/x-ndjson": components["schemas"]["UbiEvent"];
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventsResult"];
                };
            };
        };
    };
    listJobs: {
        parameters: {
            query?: {
                cursor?: string;
                kind?: "train" | "evaluate" | "cycle" | "validate";
                /** @description 100 unless it is given. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobPage"];
                };
            };
        };
    };
    startJob: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key again is answered the same, and nothing is done twice; where it starts a job, as long as that is kept. */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "kind": "train",
                 *       "dataset": "icons",
                 *       "name": "icons-tuned",
                 *       "seed": 1
                 *     }
                 */
                "application/json": components["schemas"]["JobRequest"];
            };
        };
        responses: {
            /** @description Default Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
        };
    };
    getJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Of the job, as its start answered.
                 * @example 20260101-120000-000
                 */
                job: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
        };
    };
    cancelJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Of the job, as its start answered.
                 * @example 20260101-120000-000
                 */
                job: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
        };
    };
    watchJob: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `id` of the last event that was seen. */
                "last-event-id"?: string;
            };
            path: {
                /**
                 * @description Of the job, as its start answered.
                 * @example 20260101-120000-000
                 */
                job: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Events */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description Default Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    listKeys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeyList"];
                };
            };
        };
    };
    createKey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "label": "shop front",
                 *       "scopes": [
                 *         "search",
                 *         "feedback"
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["CreateKey"];
            };
        };
        responses: {
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewKey"];
                };
            };
        };
    };
    revokeKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description As the list of keys shows it. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Everything of a key but its secret. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Key"];
                };
            };
        };
    };
    takeBackEvents: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description As the list of keys shows it. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TakenBack"];
                };
            };
        };
    };
    listModels: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelList"];
                };
            };
        };
    };
    pushModel: {
        parameters: {
            query: {
                /**
                 * @description Lower-case letters, digits, dots, dashes and underscores; begins with a letter or digit.
                 * @example icons
                 */
                name: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/gzip": string;
                "application/x-tar": string;
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Model"];
                };
            };
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Model"];
                };
            };
        };
    };
    getModel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Lower-case letters, digits, dots, dashes and underscores; begins with a letter or digit.
                 * @example icons
                 */
                model: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Model"];
                };
            };
        };
    };
    removeModel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Lower-case letters, digits, dots, dashes and underscores; begins with a letter or digit.
                 * @example icons
                 */
                model: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
}
